import { TypeConversionError } from "../errors.ts";
import type { LogicalType } from "./database_type.ts";
import type { Codec, TypeConverter } from "./type_converter.ts";

/** The converters of one backend, highest priority first, and the codecs compiled from them. */
export class TypeRegistry {
  #converters: TypeConverter[] = [];
  #codecs = new WeakMap<LogicalType, Codec>();

  /** Starts with the given converters. */
  constructor(converters: readonly TypeConverter[] = []) {
    for (const converter of converters) this.register(converter);
  }

  /** Adds a converter. Among equal priorities the one registered last is asked first. */
  register(converter: TypeConverter): this {
    const index = this.#converters.findIndex((other) => other.priority <= converter.priority);
    this.#converters.splice(index < 0 ? this.#converters.length : index, 0, converter);
    this.#codecs = new WeakMap();
    return this;
  }

  /** The converter for a value without a column, or for a type. */
  findConverter(value: unknown, type?: LogicalType): TypeConverter | undefined {
    return this.#converters.find((converter) => converter.canHandle(value, type));
  }

  /** The codec of a type, compiled on first use. */
  codec(type: LogicalType): Codec {
    let codec = this.#codecs.get(type);
    if (codec === undefined) this.#codecs.set(type, codec = this.#compile(type));
    return codec;
  }

  /** Encodes a parameter: by its type where it has one, else by what the value is. */
  encode(value: unknown, type?: LogicalType): unknown {
    if (value === null || value === undefined) return null;
    if (type !== undefined) return this.codec(type).encode(value);
    const converter = this.findConverter(value);
    if (converter === undefined) {
      throw new TypeConversionError(
        `Cannot bind a value of type ${describeValueType(value)}: no converter handles it`,
      );
    }
    return converter.toDatabase(value);
  }

  #compile(type: LogicalType): Codec {
    const found = this.findConverter(undefined, type);
    if (found === undefined) {
      throw new TypeConversionError(
        `Cannot store a value of type "${type.kind}": no converter handles it`,
      );
    }
    const stored: Codec = {
      encode: (value) => found.toDatabase(value, type),
      decode: (value) => found.fromDatabase(value, type),
      passes: found.passes ?? null,
    };
    const field = type.converter;
    if (field === undefined) return stored;
    return {
      encode: (value) => stored.encode(field.toDatabase(value)),
      decode: (value) => field.fromDatabase(stored.decode!(value)),
      passes: null,
    };
  }
}

/** What a value is, for messages: its type, never its content. */
export function describeValueType(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return value.constructor?.name ?? "object";
}
