/** Names that a server's text holds. Values that it holds as well are left where they are. */
export interface Names {
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
  readonly name?: string | undefined;
}

/** `users` of `` `app`.`users` ``, `app.users` or `users`. */
function lastPart(name: string): string {
  const quoted = /`((?:[^`]|``)*)`$/.exec(name);
  if (quoted !== null) return quoted[1]!.replaceAll("``", "`");
  return name.slice(name.lastIndexOf(".") + 1);
}

/** The table that a statement of the library changes. */
function tableOf(sql: string): string | undefined {
  const match = /^(?:INSERT INTO|UPDATE|DELETE FROM) (?:`(?:[^`]|``)*`\.)?`((?:[^`]|``)*)`/.exec(sql);
  return match?.[1]?.replaceAll("``", "`");
}

/**
 * Reads `Duplicate entry 'value' for key 'users.users_email_key'`; MariaDB names no table. Both call a primary key PRIMARY, whose
 * name in the library is `users_pkey`.
 */
export function readKey(text: string, sql: string): Names {
  const start = text.lastIndexOf(" for key '");
  const known = tableOf(sql);
  if (start < 0) return { table: known };
  const key = text.slice(start + " for key '".length).replace(/'[^']*$/, "");
  const dot = key.indexOf(".");
  const table = known ?? (dot < 0 ? undefined : key.slice(0, dot));
  const name = table !== undefined && key.startsWith(`${table}.`) ? key.slice(table.length + 1) : key;
  return { table, constraint: name === "PRIMARY" && table !== undefined ? `${table}_pkey` : name };
}

/** Reads `…fails (`app`.`b`, CONSTRAINT `b_fk` FOREIGN KEY (`a_id`) REFERENCES …)`. */
export function readForeignKey(text: string): Names {
  const match = /\((`(?:[^`]|``)*`(?:\.`(?:[^`]|``)*`)?), CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY \(([^)]*)\)/.exec(
    text,
  );
  if (match === null) return {};
  return {
    table: lastPart(match[1]!),
    constraint: match[2]!.replaceAll("``", "`"),
    columns: match[3]!.split(", ").map(lastPart),
  };
}

/** Reads ``CONSTRAINT `c` failed for `app`.`a` `` and `Check constraint 'c' is violated.` */
export function readCheck(text: string, sql: string): Names {
  const maria = /^CONSTRAINT `((?:[^`]|``)*)` failed for (.+)$/s.exec(text);
  // A check of a column alone is named table.column.
  if (maria !== null) return { constraint: lastPart(`\`${maria[1]!}\``), table: lastPart(maria[2]!) };
  return { constraint: /^Check constraint '(.*)' is violated/s.exec(text)?.[1], table: tableOf(sql) };
}

/** Reads `Column 'nn' cannot be null`, `Field 'nn' doesn't …`, `… for column 's' at row 1`, ``… for column `app`.`t`.`s` at row 1``. */
export function readColumn(text: string, sql: string): Names {
  const table = tableOf(sql);
  const plain = /^(?:Unknown column|Column|Field|BLOB, TEXT, GEOMETRY or JSON column|BLOB\/TEXT column) '([^']*)'/.exec(
    text,
  );
  if (plain !== null) return { table, columns: [lastPart(plain[1]!)] };
  const end = / for column (?:'([^']*)'|((?:`(?:[^`]|``)*`\.?)+)) at row \d+$/.exec(text);
  return end === null ? { table } : { table, columns: [lastPart(end[1] ?? end[2]!)] };
}

/** Reads `Table 'app.users' doesn't exist`, `Table 'users' already exists`, `The table 'users' is full`, `… for table 'users'`. */
export function readNames(text: string): Names {
  const match = /(?:^(?:The )?|for )[Tt]able ['`]([^'`]+)['`](?:\.`([^`]+)`)?/.exec(text) ??
    /^Unknown table '([^']+)'/.exec(text) ?? /table '([^']+)'/.exec(text);
  return match === null ? {} : { table: match[2] ?? lastPart(match[1]!) };
}

/** Reads `FUNCTION app.f does not exist`, `SAVEPOINT s does not exist`, `Duplicate key name 'ix'`, `Can't DROP 'x'`. */
export function readName(text: string): Names {
  const match = /^(?:FUNCTION|PROCEDURE|SAVEPOINT) (.+) does not exist$/.exec(text) ??
    /^(?:Duplicate key name|Can't DROP(?: \w+)?) ['`]([^'`]+)['`]/.exec(text);
  return match === null ? {} : { name: lastPart(match[1]!) };
}
