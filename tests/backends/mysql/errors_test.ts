import { testServer } from "../../support/mysql.ts";
import { errorCases } from "../mysql/cases/errors.ts";

errorCases(await testServer("mysql"));
