import { testServer } from "../../support/mysql.ts";
import { queryLanguageCases } from "../mysql/cases/query_language.ts";

queryLanguageCases(await testServer("mariadb"));
