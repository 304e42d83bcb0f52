import { assertEquals } from "@std/assert";
import { columnName, snakeCase } from "../../core/meta/naming.ts";
import { checkName, foreignKeyName, indexName, uniqueName } from "../../core/schema/constraints.ts";

for (
  const [field, column] of [
    ["id", "id"],
    ["createdAt", "created_at"],
    ["userID", "user_id"],
    ["HTTPServer", "http_server"],
    ["parseHTMLNow", "parse_html_now"],
    ["address2Line", "address2_line"],
    ["already_snake", "already_snake"],
    ["A", "a"],
    ["ÄrgerLevel", "ärger_level"],
    ["", ""],
  ] as const
) {
  Deno.test(`snakeCase() makes ${JSON.stringify(column)} of ${JSON.stringify(field)}`, () => {
    assertEquals(snakeCase(field), column);
  });
}

Deno.test("columnName() follows the naming of the model", () => {
  assertEquals(columnName("createdAt", "snake"), "created_at");
  assertEquals(columnName("createdAt", "same"), "createdAt");
  assertEquals(columnName("createdAt", "pascal"), "CreatedAt");
  assertEquals(columnName("createdAt", (field) => `c_${field}`), "c_createdAt");
});

Deno.test("the names of constraints follow fixed patterns", () => {
  assertEquals(uniqueName("users", ["email"]), "users_email_key");
  assertEquals(uniqueName("users", ["a", "b"]), "users_a_b_key");
  assertEquals(indexName("users", ["email"]), "users_email_idx");
  assertEquals(foreignKeyName("posts", ["user_id"]), "posts_user_id_fkey");
  assertEquals(checkName("users", "age"), "users_age_check");
  assertEquals(checkName("users", "users_age_positive"), "users_age_positive");
});
