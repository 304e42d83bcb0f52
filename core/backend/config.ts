import { ConfigurationError } from "../errors.ts";

/** Reads one environment variable; the permission is asked for only when this is called. */
function readEnv(name: string): string | undefined {
  return Deno.env.get(name);
}

/** Base of the configuration classes: validated when made, silent about the password. */
export abstract class ConnectionConfig {
  /** The database: its name on a server, its path for a file. */
  abstract readonly database: string;

  /** The configuration as a URL, without the password. */
  abstract toConnectionString(): string;

  /** What is safe to show of the configuration. */
  toJSON(): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this)) {
      if (value !== undefined) shown[name] = SECRETS.has(name) ? "***" : value;
    }
    return shown;
  }

  /** The configuration as a URL, without the password. */
  toString(): string {
    return this.toConnectionString();
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](inspect: (value: unknown, options?: unknown) => string, options: unknown): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
  }

  /** What Node's and Bun's `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): unknown {
    return this.toJSON();
  }
}

const SECRETS: ReadonlySet<string> = new Set(["password", "token", "key", "sslKey"]);

/** Refuses options that do not exist, naming the nearest ones that do. */
export function checkOptionNames(owner: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new ConfigurationError(
        `Unknown option "${name}" for ${owner}: known are ${known.join(", ")}`,
      );
    }
  }
}

/** A whole number within limits, from a number or, for URLs and the environment, from its digits. */
export function integerOption(
  name: string,
  value: number | string | undefined,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  if (value === undefined) return fallback;
  const number = typeof value === "number" ? value : /^-?\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new ConfigurationError(`Invalid ${name}: ${value} (${min}–${max})`);
  }
  return number;
}

/** One of several words. */
export function choiceOption<T extends string>(
  name: string,
  value: string | undefined,
  choices: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new ConfigurationError(
      `Invalid ${name}: ${JSON.stringify(value)} (one of ${choices.join(", ")})`,
    );
  }
  return found;
}

/** A yes or no, from a boolean or, for URLs and the environment, from `true`, `false`, `1`, `0`. */
export function booleanOption(name: string, value: boolean | string | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new ConfigurationError(
    `Invalid ${name}: ${JSON.stringify(value)} (true or false)`,
  );
}

/** Reads `PREFIX + NAME` for each name, leaving out what is not set. */
export function fromEnvironment(prefix: string, names: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [option, name] of Object.entries(names)) {
    const value = readEnv(prefix + name);
    if (value !== undefined && value !== "") found[option] = value;
  }
  return found;
}
