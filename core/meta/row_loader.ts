import type { Codec, PlainKind } from "../types/type_converter.ts";
import type { ColumnMeta } from "./column_meta.ts";
import { compiled } from "./compile.ts";

/** Sets the fields of a new object from a row that holds all columns of its model, in the driver's values. */
export type RowLoader = (record: object, row: readonly unknown[]) => void;

/** The functions of a property whose value is decoded when it is first read. */
export interface LazyProperty {
  /** Reads it. */
  readonly get: () => unknown;
  /** Sets it. */
  readonly set: (value: unknown) => void;
}

/** What a loader is made of. */
export interface LoaderParts {
  /** The columns, in the order of the row. */
  readonly columns: readonly ColumnMeta[];
  /** Their codecs. */
  readonly codecs: readonly Codec[];
  /** The property of a column that is decoded when it is first read, by its position. */
  readonly lazy: (index: number) => LazyProperty;
  /** Makes the error of a value that cannot be read into one that names the field. */
  readonly failed: (error: unknown, column: ColumnMeta) => unknown;
}

/**
 * They define what `Object.defineProperty` would, enumerable and configurable, in less than half of its time, which every loaded row
 * pays. The types of TypeScript do not list them, since they stand in an annex of ECMAScript.
 */
const { __defineGetter__: defineGetter, __defineSetter__: defineSetter } = Object.prototype as unknown as {
  __defineGetter__(this: object, name: string, get: () => unknown): void;
  __defineSetter__(this: object, name: string, set: (value: unknown) => void): void;
};

/** Makes the loader of a model: compiled where the runtime allows it, which halves the time of a row. */
export function rowLoader(parts: LoaderParts): RowLoader {
  return compiledLoader(parts) ?? loopingLoader(parts);
}

/** A loader that goes over the columns for each row. */
export function loopingLoader({ columns, codecs, lazy, failed }: LoaderParts): RowLoader {
  const properties = columns.map((column, i) => column.isLazy ? lazy(i) : null);
  const decoders = codecs.map(({ decode }) => decode);
  return (record, row) => {
    const fields = record as Record<string, unknown>; // the columns of the model are the fields of its records
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const property = properties[i]!;
      const value = row[i];
      if (property !== null) {
        defineGetter.call(record, column.field, property.get);
        defineSetter.call(record, column.field, property.set);
      } else if (value === null) fields[column.field] = column.empty;
      else {
        const decode = decoders[i]!;
        try {
          fields[column.field] = decode === null ? value : decode(value);
        } catch (error) {
          throw failed(error, column);
        }
      }
    }
  };
}

/**
 * A loader that is written for its columns, so that each of them is set by an instruction of its own: one loop for all models is seen by
 * V8 with so many names and shapes that it looks every property up. The only text that comes from outside are the names of fields,
 * as string literals. Null where code cannot be made at run time, such as under a content security policy.
 */
export function compiledLoader(parts: LoaderParts): RowLoader | null {
  const { columns, codecs, lazy, failed } = parts;
  const properties = columns.map((column, i) => column.isLazy ? lazy(i) : null);
  const lines = columns.map((column, i) => {
    const field = JSON.stringify(column.field);
    if (properties[i] !== null) return `getter.call(r, ${field}, get${i}); setter.call(r, ${field}, set${i});`;
    return `v = row[${i}]; r[${field}] = v === null ? ${column.empty} : ${decoding(codecs[i]!, i)};`;
  });
  const values: Record<string, unknown> = { getter: defineGetter, setter: defineSetter, failed, columns };
  for (let i = 0; i < columns.length; i++) {
    values[`get${i}`] = properties[i]?.get;
    values[`set${i}`] = properties[i]?.set;
    values[`decode${i}`] = codecs[i]!.decode;
  }
  return compiled(
    values,
    `return (r, row) => {
  let i = 0, v;
  try {
    ${lines.join("\n    ")}
  } catch (error) {
    throw failed(error, columns[i]);
  }
};`,
  );
}

/** Whether a value is what its codec gives back as it is. */
const PASSES: Readonly<Record<PlainKind, string>> = {
  string: 'typeof v === "string"',
  integer: "Number.isSafeInteger(v)",
  number: 'typeof v === "number"',
  boolean: 'typeof v === "boolean"',
};

function decoding({ decode, passes }: Codec, index: number): string {
  if (decode === null) return "v";
  const decoded = `(i = ${index}, decode${index}(v))`;
  return passes === null ? decoded : `${PASSES[passes]} ? v : ${decoded}`;
}
