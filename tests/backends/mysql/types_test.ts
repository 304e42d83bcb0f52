import { testServer } from "../../support/mysql.ts";
import { typeCases } from "../mysql/cases/types.ts";

typeCases(await testServer("mysql"));
