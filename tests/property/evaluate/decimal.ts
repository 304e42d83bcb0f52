/** An exact decimal: `digits` divided by ten to the power of `scale`. */
export class Decimal {
  readonly digits: bigint;
  readonly scale: number;
  constructor(digits: bigint, scale: number) {
    this.digits = digits;
    this.scale = scale;
  }

  /** Reads plain notation, and a number as it is shown. */
  static from(value: string | number | bigint): Decimal {
    const [, sign, whole, fraction = "", exponent = "0"] = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
      String(value),
    )!;
    const digits = BigInt(`${sign}${whole}${fraction}`);
    const scale = fraction.length - Number(exponent);
    return scale < 0 ? new Decimal(digits * 10n ** BigInt(-scale), 0) : new Decimal(digits, scale);
  }

  /** The digits at a scale that is not smaller. */
  at(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }
  negated(): Decimal {
    return new Decimal(-this.digits, this.scale);
  }
  times(other: Decimal): Decimal {
    return new Decimal(this.digits * other.digits, this.scale + other.scale);
  }
  /** The quotient cut after 40 digits; queries round it to a few. */
  over(other: Decimal): Decimal {
    return new Decimal(this.digits * 10n ** BigInt(40 + other.scale) / other.digits, this.scale + 40);
  }
  modulo(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) % other.at(scale), scale);
  }
  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [left, right] = [this.at(scale), other.at(scale)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Rounded half away from zero. */
  round(places: number): Decimal {
    if (places >= this.scale) return new Decimal(this.at(places), places);
    const unit = 10n ** BigInt(this.scale - places);
    const half = this.digits < 0n ? -unit / 2n : unit / 2n;
    return new Decimal((this.digits + half) / unit, places);
  }
  trunc(): bigint {
    return this.digits / 10n ** BigInt(this.scale);
  }
  floor(): bigint {
    const whole = this.trunc();
    return this.digits < 0n && whole * 10n ** BigInt(this.scale) !== this.digits ? whole - 1n : whole;
  }
  ceil(): bigint {
    return -this.negated().floor();
  }
  sign(): bigint {
    return this.digits > 0n ? 1n : this.digits < 0n ? -1n : 0n;
  }
  toNumber(): number {
    return Number(this.toString());
  }

  /** With all digits of its scale. */
  toString(): string {
    const digits = (this.digits < 0n ? -this.digits : this.digits).toString().padStart(this.scale + 1, "0");
    const at = digits.length - this.scale;
    return `${this.digits < 0n ? "-" : ""}${digits.slice(0, at)}${this.scale === 0 ? "" : `.${digits.slice(at)}`}`;
  }
}
