import { format, parse, round } from "./decimal.ts";
import { type ScalarFunction, strict } from "./scalar_function.ts";

/** Calculates with a number; an integer needs no calculation where it is whole already. */
function of(calculate: (value: number) => number): ScalarFunction {
  return strict((value) => finite(calculate(Number(value))));
}

function whole(calculate: (value: number) => number): ScalarFunction {
  return strict((value) => typeof value === "bigint" ? value : finite(calculate(Number(value))));
}

/** What is no number is NULL, as on other databases. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Functions of numbers that SQLite has only where it was compiled with them. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  number_ceil: whole(Math.ceil),
  number_floor: whole(Math.floor),
  number_trunc: whole(Math.trunc),
  number_sign: strict((value) => BigInt(Math.sign(Number(value)))),
  number_sqrt: of(Math.sqrt),
  number_exp: of(Math.exp),
  number_ln: of(Math.log),
  number_power: strict((base, exponent) => finite(Number(base) ** Number(exponent))),
  // By the digits that are shown, so that 2.675 becomes 2.68.
  number_round: strict((value, places) =>
    typeof value === "bigint" && Number(places) >= 0
      ? value
      : Number(format(round(parse(String(value)), Number(places))))
  ),
};
