import { TypeConversionError } from "../../core/errors.ts";
import { converterOf, defaultConverters, refuse, toText } from "../../core/types/default_converters.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";

/** Text that comes back as it was: what reads SQLite's texts stops at a NUL. */
function toWholeText(value: unknown): string {
  const text = toText(value);
  if (text.includes("\0")) throw new TypeConversionError("Cannot store a string that holds a NUL character");
  return text;
}

/** The default converters, with booleans as 0 and 1 and without NUL in texts. */
export function sqliteTypes(): TypeRegistry {
  return new TypeRegistry(defaultConverters())
    .register(converterOf({
      kinds: ["boolean"],
      priority: 20,
      accepts: (value) => typeof value === "boolean",
      toDatabase: (value) => value === true ? 1 : value === false ? 0 : refuse("a boolean", value),
      fromDatabase: (value) => value === 1 || value === 1n || value === true,
    }))
    .register(converterOf({
      kinds: ["string", "enum", "uuid", "custom"],
      priority: 20,
      accepts: (value) => typeof value === "string",
      toDatabase: toWholeText,
    }));
}
