import { testServer } from "../../support/mysql.ts";
import { fullTextCases } from "../mysql/cases/full_text.ts";

fullTextCases(await testServer("mysql"));
