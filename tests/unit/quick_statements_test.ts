import { assertEquals } from "@std/assert";
import { QuickStatements } from "../../core/sql/quick_statements.ts";

Deno.test("QuickStatements knows a statement only after it was quick several times", () => {
  const quick = new QuickStatements();
  for (let i = 0; i < 3; i++) quick.note("SELECT 1", 1);
  assertEquals(quick.has("SELECT 1"), false);
  quick.note("SELECT 1", 1);
  assertEquals([quick.has("SELECT 1"), quick.has("SELECT 2")], [true, false]);
});

Deno.test("QuickStatements forgets a statement that was slow once", () => {
  const quick = new QuickStatements();
  for (let i = 0; i < 10; i++) quick.note("SELECT 1", 1);
  quick.note("SELECT 1", 200);
  assertEquals(quick.has("SELECT 1"), false);
});

Deno.test("QuickStatements keeps a bounded number of texts", () => {
  const quick = new QuickStatements();
  for (let i = 0; i < 4; i++) quick.note("SELECT 1", 1);
  for (let i = 0; i < 2_000; i++) quick.note(`SELECT ${i} AS other`, 1);
  assertEquals(quick.has("SELECT 1"), false);
});

Deno.test("QuickStatements takes a busy program for no slow statement, nor for a proof of a quick one", () => {
  const quick = new QuickStatements();
  for (let i = 0; i < 4; i++) {
    quick.note("SELECT 1", 1);
    quick.note("SELECT 2", 20);
  }
  quick.note("SELECT 1", 20);
  assertEquals([quick.has("SELECT 1"), quick.has("SELECT 2")], [true, false]);
});
