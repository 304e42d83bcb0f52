import { testServer } from "../../support/mysql.ts";
import { processCases } from "../mysql/cases/process.ts";

processCases(await testServer("mariadb"));
