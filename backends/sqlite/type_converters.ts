import { converterOf, defaultConverters, refuse } from "../../core/types/default_converters.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";

/** The default converters, with booleans as 0 and 1. */
export function sqliteTypes(): TypeRegistry {
  return new TypeRegistry(defaultConverters()).register(converterOf({
    kinds: ["boolean"],
    priority: 20,
    accepts: (value) => typeof value === "boolean",
    toDatabase: (value) => value === true ? 1 : value === false ? 0 : refuse("a boolean", value),
    fromDatabase: (value) => value === 1 || value === 1n || value === true,
  }));
}
