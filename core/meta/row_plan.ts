import { TypeConversionError } from "../errors.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { ColumnMeta } from "./column_meta.ts";

/** How the rows of one model are read and written on one backend: the codecs of its columns, resolved once. */
export interface RowPlan {
  /** The backend's converters that the plan was made from. */
  readonly types: TypeRegistry;
  /** From the driver's value, for each column; null where nothing has to be done. */
  readonly decode: readonly (((value: unknown) => unknown) | null)[];
  /** To the driver's value, for each column; null and undefined become null. */
  readonly encode: readonly ((value: unknown) => unknown)[];
}

/** Resolves the codecs of columns. Their errors name model and field. */
export function rowPlan(columns: readonly ColumnMeta[], types: TypeRegistry): RowPlan {
  const codecs = columns.map((column) => types.codec(column.type));
  return {
    types,
    decode: columns.map((column, i) => {
      const { decode } = codecs[i]!;
      return decode === null ? null : (value) => {
        try {
          return decode(value);
        } catch (error) {
          throw labelled(error, column.label);
        }
      };
    }),
    encode: columns.map((column, i) => {
      const { encode } = codecs[i]!;
      return (value) => {
        if (value === null || value === undefined) return null;
        try {
          return encode(value);
        } catch (error) {
          throw labelled(error, column.label);
        }
      };
    }),
  };
}

function labelled(error: unknown, label: string): unknown {
  if (error instanceof TypeConversionError && !error.message.startsWith(label)) {
    error.message = `${label}: ${error.message}`;
  } else if (error instanceof SyntaxError) {
    return new TypeConversionError(
      `${label}: Cannot read JSON: its text is malformed`,
    );
  }
  return error;
}
