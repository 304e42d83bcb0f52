import { testServer } from "../../support/mysql.ts";
import { transactionCases } from "../mysql/cases/transaction.ts";

transactionCases(await testServer("mariadb"));
