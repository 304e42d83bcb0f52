import { MySQLBackend } from "../../../backends/mysql/mod.ts";
import { timeZoneCases } from "../mysql/cases/time_zones.ts";

await timeZoneCases("mysql", (url) => new MySQLBackend({ url }));
