import { ConfigurationError, ConnectionError } from "../errors.ts";

/** Where a driver is and what it needs. */
export interface DriverSource {
  /** Name of its package. */
  readonly name: string;
  /** Where to import it from. */
  readonly specifier: string;
  /** Permissions that it needs, for messages. */
  readonly needs?: string | undefined;
  /** What there is without it, for messages. */
  readonly instead?: string | undefined;
}

/** Where a package of npm is: outside Deno it is found by its bare name. */
export function npmSpecifier(name: string, range: string): string {
  return "Deno" in globalThis ? `npm:${name}@${range}` : name;
}

/**
 * Loads a driver when it is first needed. The specifier is computed, since a literal one is downloaded at every start.
 *
 * @throws {ConnectionError} when a permission is missing
 * @throws {ConfigurationError} when the package cannot be found or loaded
 */
export async function loadDriver<Module>({ name, specifier, needs, instead }: DriverSource): Promise<Module> {
  try {
    // Nothing is known of a module that is not loaded yet; `Module` is the part of it that the caller uses.
    return await import(specifier) as Module;
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") {
      const permissions = needs === undefined ? "" : `, it needs ${needs}`;
      throw new ConnectionError(`Cannot load driver "${name}": a permission is missing${permissions}`, {
        driverError: error,
      });
    }
    const hint = instead === undefined ? "" : `; ${instead}`;
    throw new ConfigurationError(`Cannot load driver "${name}": "${specifier}" could not be imported${hint}`, {
      cause: error,
    });
  }
}
