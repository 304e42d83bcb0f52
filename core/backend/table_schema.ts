import type { ReferentialAction } from "../ast/statement.ts";
import type { MaybePromise } from "./result.ts";

/** A table as the database has it. */
export interface TableSchema {
  /** Its name, spelled as the database does. */
  readonly name: string;
  /** The schema or attached database that it is in. */
  readonly schema?: string | undefined;
  /** Its columns in order. */
  readonly columns: readonly ColumnSchema[];
  /** Columns of the primary key, in the order of the key. */
  readonly primaryKey: readonly string[];
  /** Its indexes, those behind keys and constraints included. */
  readonly indexes: readonly IndexSchema[];
  /** Its foreign keys. */
  readonly foreignKeys: readonly ForeignKeySchema[];
  /** What only some databases have, such as SQLite's `strict`. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A column as the database has it. */
export interface ColumnSchema {
  /** Its name. */
  readonly name: string;
  /** Its type, in the words of the database. */
  readonly sqlType: string;
  /** Whether it takes NULL. */
  readonly nullable: boolean;
  /** SQL of its default, or null. */
  readonly default: string | null;
  /** Place in the primary key, from 1; 0 when it is not in it. */
  readonly primaryKey: number;
  /** Whether the database makes its value when none is given. */
  readonly autoIncrement: boolean;
  /** Whether its value is computed, and when: on reading or on writing. */
  readonly generated: "virtual" | "stored" | null;
}

/** Where an index comes from. */
export type IndexOrigin = "index" | "unique" | "primaryKey";

/** An index as the database has it. */
export interface IndexSchema {
  /** Its name. */
  readonly name: string;
  /** Its columns; null stands for an expression. */
  readonly columns: readonly (string | null)[];
  /** Whether no two rows may have the same entry. */
  readonly unique: boolean;
  /** Whether it holds some of the rows only. */
  readonly partial: boolean;
  /** Whether it was made by itself or for a constraint. */
  readonly origin: IndexOrigin;
}

/** A foreign key as the database has it. */
export interface ForeignKeySchema {
  /** Its name, where the database keeps it. */
  readonly name: string | null;
  /** Columns of this table. */
  readonly columns: readonly string[];
  /** The table that it points to. */
  readonly table: string;
  /** Columns of that table. */
  readonly references: readonly string[];
  /** What happens when the row it points to is removed. */
  readonly onDelete: ReferentialAction;
  /** What happens when the key it points to changes. */
  readonly onUpdate: ReferentialAction;
}

/** Runs a query with `?` placeholders and gives its rows as arrays. */
export type SchemaQuery = (sql: string, params: readonly unknown[]) => MaybePromise<unknown[][]>;
