import type { PostgreSQLConnectionConfig } from "./config.ts";

/**
 * The settings of a session, sent when it is opened. A pooler in transaction mode accepts and keeps only those that the server
 * reports; the others are right by default, and what is read does not depend on them.
 */
export function sessionParameters(config: PostgreSQLConnectionConfig): Record<string, string> {
  const reported: Record<string, string> = {
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    TimeZone: "UTC",
    application_name: config.applicationName,
  };
  if (!config.prepare) return reported;
  const { statementTimeout, schema } = config;
  return {
    ...reported,
    IntervalStyle: "iso_8601",
    extra_float_digits: "1",
    bytea_output: "hex",
    standard_conforming_strings: "on",
    ...statementTimeout === 0 ? {} : { statement_timeout: String(statementTimeout) },
    ...schema === undefined ? {} : { search_path: schema },
  };
}

/** What sets a session back to how it was opened, without forgetting the prepared statements. */
export const RESET_SESSION = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; " +
  "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";
