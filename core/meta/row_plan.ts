import { TypeConversionError } from "../errors.ts";
import type { Codec } from "../types/type_converter.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { ColumnMeta } from "./column_meta.ts";
import { type LazyProperty, type RowLoader, rowLoader } from "./row_loader.ts";

/** How the rows of one model are read and written on one backend: the codecs of its columns, resolved once. */
export class RowPlan {
  /** The backend's converters that the plan was made from. */
  readonly types: TypeRegistry;
  /** From the driver's value, for each column; null where nothing has to be done. */
  readonly decode: readonly (((value: unknown) => unknown) | null)[];
  /** To the driver's value, for each column; null and undefined become null. */
  readonly encode: readonly ((value: unknown) => unknown)[];
  readonly #columns: readonly ColumnMeta[];
  readonly #codecs: readonly Codec[];
  readonly #lazy: (index: number) => LazyProperty;
  #load: RowLoader | null = null;

  /** Resolves the codecs of columns. Their errors name model and field. */
  constructor(columns: readonly ColumnMeta[], types: TypeRegistry, lazy: (index: number) => LazyProperty) {
    const codecs = columns.map((column) => types.codec(column.type));
    this.types = types;
    this.decode = columns.map((column, i) => decoder(column, codecs[i]!));
    this.encode = columns.map((column, i) => encoder(column, codecs[i]!));
    this.#columns = columns;
    this.#codecs = codecs;
    this.#lazy = lazy;
  }

  /** Sets the fields of a new record from a row. */
  get load(): RowLoader {
    return this.#load ??= rowLoader({
      columns: this.#columns,
      codecs: this.#codecs,
      lazy: this.#lazy,
      failed: (error, { label }) => labelled(error, label),
    });
  }
}

function decoder({ label }: ColumnMeta, { decode }: Codec): ((value: unknown) => unknown) | null {
  if (decode === null) return null;
  return (value) => {
    try {
      return decode(value);
    } catch (error) {
      throw labelled(error, label);
    }
  };
}

function encoder({ label }: ColumnMeta, { encode }: Codec): (value: unknown) => unknown {
  return (value) => {
    if (value === null || value === undefined) return null;
    try {
      return encode(value);
    } catch (error) {
      throw labelled(error, label);
    }
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
