import { testServer } from "../../support/mysql.ts";
import { backendCases } from "../mysql/cases/backend.ts";

backendCases(await testServer("mariadb"));
