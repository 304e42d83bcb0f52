import { converterOf, defaultConverters, refuse, toBigInt } from "../../core/types/default_converters.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";

/** The one unsafe integer that node:sqlite reads as a number instead of refusing to; as a number it is exact. */
const LOWEST = -(2 ** 63);

/** The default converters, with booleans as 0 and 1. */
export function sqliteTypes(): TypeRegistry {
  return new TypeRegistry(defaultConverters()).register(converterOf({
    kinds: ["bigint"],
    priority: 20,
    accepts: (value) => typeof value === "bigint",
    toDatabase: toBigInt,
    fromDatabase: (value) => value === LOWEST ? BigInt(LOWEST) : toBigInt(value),
  })).register(converterOf({
    kinds: ["boolean"],
    priority: 20,
    accepts: (value) => typeof value === "boolean",
    toDatabase: (value) => value === true ? 1 : value === false ? 0 : refuse("a boolean", value),
    fromDatabase: (value) => value === 1 || value === 1n || value === true,
  }));
}
