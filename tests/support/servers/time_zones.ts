import { type Admin, openAdmin } from "./admin.ts";
import type { PrivateServer } from "./private_server.ts";

/** The zones that tests calculate in. Others stay unknown, which has tests too. */
const ZONES = [
  "Africa/Cairo",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "CET",
  "Europe/Berlin",
  "Europe/Oslo",
] as const;

/**
 * Fills the tables of time zones of a MySQL or MariaDB that the tests have started, with what Deno knows of some zones, so
 * that nothing need be installed for it. PostgreSQL has zones of its own.
 */
export async function fillTimeZones({ kind, url }: PrivateServer): Promise<void> {
  if (kind !== "mysql" && kind !== "mariadb") return;
  await using admin = await openAdmin(kind, url);
  for (const [index, name] of ZONES.entries()) await fill(admin, index + 1, name);
}

/** A kind of time in a zone, such as its summer time. */
interface ZoneTime {
  readonly offset: number;
  readonly isSummer: boolean;
}

async function fill(admin: Admin, id: number, name: string): Promise<void> {
  const times: ZoneTime[] = [];
  const indexOf = (time: ZoneTime) => {
    const found = times.findIndex(({ offset, isSummer }) => offset === time.offset && isSummer === time.isSummer);
    return found >= 0 ? found : times.push(time) - 1;
  };
  const start = Temporal.Instant.from("1901-12-14T00:00Z").toZonedDateTimeISO(name);
  const changes: string[] = [`(${id}, ${start.epochMilliseconds / 1000}, ${indexOf(timeOf(start))})`];
  for (let at = start.getTimeZoneTransition("next"); at !== null && at.year < 2038;) {
    changes.push(`(${id}, ${at.epochMilliseconds / 1000}, ${indexOf(timeOf(at))})`);
    at = at.getTimeZoneTransition("next");
  }
  const kinds = times.map(({ offset, isSummer }, index) => `(${id}, ${index}, ${offset}, ${Number(isSummer)}, '')`);
  await admin.query(`insert into mysql.time_zone (time_zone_id, use_leap_seconds) values (${id}, 'N')`);
  await admin.query(`insert into mysql.time_zone_name (name, time_zone_id) values ('${name}', ${id})`);
  await admin.query(
    "insert into mysql.time_zone_transition_type (time_zone_id, transition_type_id, `offset`, is_dst, abbreviation) " +
      `values ${kinds.join(", ")}`,
  );
  await admin.query(
    "insert into mysql.time_zone_transition (time_zone_id, transition_time, transition_type_id) " +
      `values ${changes.join(", ")}`,
  );
}

function timeOf(time: Temporal.ZonedDateTime): ZoneTime {
  const winter = Math.min(
    ...[1, 7].map((month) => time.with({ month, day: 1, hour: 12 }).offsetNanoseconds),
  );
  return { offset: time.offsetNanoseconds / 1e9, isSummer: time.offsetNanoseconds > winter };
}
