import { ConfigurationError } from "../errors.ts";

/** How the names of fields become names of columns: a rule by name, or a function. */
export type Naming = "snake" | "same" | "pascal" | ((field: string) => string);

/** `createdAt` → `created_at`, `userID` → `user_id`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** The column name of a field. */
export function columnName(field: string, naming: Naming): string {
  switch (naming) {
    case "snake":
      return snakeCase(field);
    case "same":
      return field;
    case "pascal":
      return field.charAt(0).toUpperCase() + field.slice(1);
    default:
      if (typeof naming === "function") return naming(field);
      throw new ConfigurationError('Invalid naming: expected "snake", "same", "pascal" or a function');
  }
}
