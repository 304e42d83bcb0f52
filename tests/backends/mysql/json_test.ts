import { testServer } from "../../support/mysql.ts";
import { jsonCases } from "../mysql/cases/json.ts";

jsonCases(await testServer("mysql"));
