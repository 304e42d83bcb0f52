import { assertEquals, assertThrows } from "@std/assert";
import { checkIsolation, checkTransactionOptions } from "../../core/backend/transaction_options.ts";
import { TransactionError } from "../../mod.ts";

const NONE = {
  isolation: undefined,
  readOnly: false,
  deferrable: false,
  retries: 0,
  timeout: undefined,
  signal: undefined,
};

Deno.test("checkTransactionOptions() fills in what is left out", () => {
  assertEquals(checkTransactionOptions(undefined), NONE);
  assertEquals(checkTransactionOptions({}), NONE);
  const { signal } = new AbortController();
  assertEquals(
    checkTransactionOptions({
      isolation: "serializable",
      readOnly: true,
      deferrable: true,
      retries: 3,
      timeout: 5,
      signal,
    }),
    { isolation: "SERIALIZABLE", readOnly: true, deferrable: true, retries: 3, timeout: 5, signal },
  );
});

for (
  const [options, message] of [
    [{ retry: 1 }, 'Unknown transaction option "retry": known are isolation'],
    [{ retries: -1 }, "Invalid retries: -1 (0–100)"],
    [{ retries: 101 }, "Invalid retries: 101"],
    [{ retries: 0.5 }, "Invalid retries: 0.5"],
    [{ retries: "3" }, "Invalid retries: a string (0–100)"],
    [{ timeout: 0 }, "Invalid timeout: 0"],
    [{ timeout: -5 }, "Invalid timeout: -5"],
    [{ timeout: 2 ** 31 }, "Invalid timeout: 2147483648"],
    [{ timeout: Infinity }, "Invalid timeout: Infinity"],
    [{ isolation: "" }, 'Invalid isolation level: ""'],
    [{ isolation: "snapshot" }, 'Invalid isolation level: "snapshot" (one of READ UNCOMMITTED'],
    [{ isolation: 3 }, "Invalid isolation level: 3"],
  ] as const
) {
  Deno.test(`checkTransactionOptions() refuses ${Deno.inspect(options)}`, () => {
    assertThrows(() => checkTransactionOptions(options as object), TransactionError, message);
  });
}

for (
  const [spelling, level] of [
    ["READ UNCOMMITTED", "READ UNCOMMITTED"],
    ["read committed", "READ COMMITTED"],
    ["Repeatable-Read", "REPEATABLE READ"],
    ["repeatable_read", "REPEATABLE READ"],
    ["repeatableRead", "REPEATABLE READ"],
    [" serializable ", "SERIALIZABLE"],
  ] as const
) {
  Deno.test(`checkIsolation() reads ${JSON.stringify(spelling)}`, () => {
    assertEquals(checkIsolation(spelling), level);
  });
}
