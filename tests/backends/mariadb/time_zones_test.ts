import { MariaDBBackend } from "../../../backends/mariadb/mod.ts";
import { timeZoneCases } from "../mysql/cases/time_zones.ts";

await timeZoneCases("mariadb", (url) => new MariaDBBackend({ url }));
