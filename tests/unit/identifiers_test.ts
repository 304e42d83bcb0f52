/** Names that a database would change without a word are refused before anything is sent. */

import { assertEquals, assertThrows } from "@std/assert";
import { ConfigurationError, QueryBuildError } from "@rhosocial/activerecord";
import { MariaDBDialect } from "../../backends/mariadb/dialect.ts";
import { MySQLDialect } from "../../backends/mysql/dialect.ts";
import { PostgreSQLDialect } from "../../backends/postgres/dialect.ts";
import { SQLiteDialect } from "../../backends/sqlite/dialect.ts";

const dialects = [new SQLiteDialect(), new PostgreSQLDialect(), new MySQLDialect(), new MariaDBDialect()];

for (const dialect of dialects) {
  Deno.test(`${dialect.name} refuses a name with half of a surrogate pair, which would be sent as another character`, () => {
    for (const name of ["\ud800", "a\udc00b"]) {
      assertThrows(() => dialect.quoteIdentifier(name), QueryBuildError, "half of a surrogate pair");
    }
  });
  Deno.test(`${dialect.name} refuses a text literal with half of a surrogate pair`, () => {
    assertThrows(() => dialect.literal("a\ud800"), ConfigurationError, "half of a surrogate pair");
  });
}

for (const dialect of dialects.slice(2)) {
  Deno.test(`${dialect.name} refuses names of which the server takes spaces off or puts ? for a character`, () => {
    for (const name of [" ", " a", "a ", "a\n", "\ta", "\x7f", "😀", "a\u{10000}"]) {
      assertThrows(() => dialect.quoteIdentifier(name), QueryBuildError, "the server would lose");
    }
    assertEquals(dialect.quoteIdentifier("a b\u00a0é"), "`a b\u00a0é`");
  });
}

for (const dialect of dialects.slice(0, 2)) {
  Deno.test(`${dialect.name} refuses a text literal with NUL, at which the server would cut it or the statement`, () => {
    assertThrows(() => dialect.literal("a\0b"), ConfigurationError, "NUL");
  });
}
