import { ConfigurationError, ConnectionError } from "../../../core/errors.ts";

/** What the specifier of the driver resolves to: the version that the backends are tested with, or a later one of the same major. */
const SPECIFIER = "npm:mysql2@^3.24.5";

/**
 * Loads mysql2 when it is first needed. The specifier is computed, since a literal one is downloaded at every start.
 *
 * @throws {ConnectionError} when a permission is missing
 * @throws {ConfigurationError} when the package cannot be loaded
 */
export async function loadDriver<Module>(): Promise<Module> {
  const specifier: string = SPECIFIER;
  try {
    // Nothing is known of a module that is not loaded yet; `Module` is the part of it that the caller uses.
    return await import(specifier) as Module;
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") {
      throw new ConnectionError('Cannot load driver "mysql2": a permission is missing', { driverError: error });
    }
    throw new ConfigurationError(`Cannot load driver "mysql2": "${specifier}" could not be imported`, { cause: error });
  }
}
