import { testServer } from "../../support/mysql.ts";
import { capabilityCases } from "../mysql/cases/capabilities.ts";

capabilityCases(await testServer("mysql"));
