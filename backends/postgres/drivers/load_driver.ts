import { ConfigurationError, ConnectionError } from "../../../core/errors.ts";

/** Where a driver is and what it needs. */
export interface DriverSource {
  /** Name of its package. */
  readonly name: string;
  /** Range of its versions. */
  readonly range: string;
  /** Permissions that it needs, for messages. */
  readonly needs: string;
}

/**
 * Loads a driver when it is first needed. The specifier is computed, since a literal one is downloaded at every start.
 *
 * @throws {ConnectionError} when a permission is missing
 * @throws {ConfigurationError} when the package cannot be found or loaded
 */
export async function loadDriver<Module>({ name, range, needs }: DriverSource): Promise<Module> {
  // Outside Deno a package is found by its bare name.
  const specifier = "Deno" in globalThis ? `npm:${name}@${range}` : name;
  try {
    // Nothing is known of a module that is not loaded yet; `Module` is the part of it that the caller uses.
    return await import(specifier) as Module;
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") {
      throw new ConnectionError(`Cannot load driver "${name}": a permission is missing, it needs ${needs}`, {
        driverError: error,
      });
    }
    throw new ConfigurationError(`Cannot load driver "${name}": "${specifier}" could not be imported`, {
      cause: error,
    });
  }
}
