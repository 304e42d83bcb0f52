/** Text of an exact decimal: digits, and a point before, between or behind them. */
const DECIMAL = /^([+-]?)0*(\d*)(?:\.(\d*))?$/;

/** Whether a value is the text of an exact decimal, such as `-12.30`. */
export function isDecimalText(value: unknown): value is string {
  return typeof value === "string" && DECIMAL.test(value) && /\d/.test(value);
}

/**
 * A decimal as databases show the values of a column with so many digits behind the point: `1.5` of two digits is `1.50`. More digits
 * stay, unless they are zeros.
 */
export function withScale(text: string, scale: number): string {
  const [, sign, whole = "", fraction = ""] = DECIMAL.exec(text)!; // a decimal, as the caller has looked
  const digits = fraction.replace(/0+$/, "").padEnd(scale, "0");
  const shown = `${whole === "" ? "0" : whole}${digits === "" ? "" : `.${digits}`}`;
  return sign === "-" && /[1-9]/.test(shown) ? `-${shown}` : shown;
}
