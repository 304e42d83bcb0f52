import { ConfigurationError, ConnectionError } from "../../../core/errors.ts";

/** Where a driver is and what it needs. */
export interface DriverSource {
  /** Where to import it from. */
  readonly specifier: string;
  /** Permissions that it needs, for messages. */
  readonly needs: string;
}

/**
 * Loads a driver when it is first needed. The specifier is computed, since a literal one is downloaded at every start.
 *
 * @throws {ConnectionError} when a permission is missing
 * @throws {ConfigurationError} when the package cannot be found or loaded
 */
export async function loadDriver<Module>(name: string, { specifier, needs }: DriverSource): Promise<Module> {
  try {
    // Nothing is known of a module that is not loaded yet; `Module` is the part of it that the caller uses.
    return await import(specifier) as Module;
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") {
      throw new ConnectionError(`Cannot load driver "${name}": a permission is missing, it needs ${needs}`, {
        driverError: error,
      });
    }
    throw new ConfigurationError(
      `Cannot load driver "${name}": "${specifier}" could not be imported; the built-in driver is "node:sqlite"`,
      { cause: error },
    );
  }
}
