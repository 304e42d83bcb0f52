/** The middle one of some numbers, or the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The least and the greatest of some numbers. */
export function rangeOf(numbers: readonly number[]): [least: number, greatest: number] {
  return [Math.min(...numbers), Math.max(...numbers)];
}

/** Whether two series differ by more than they scatter: the middle of each lies outside of the other. */
export function differ(one: readonly number[], other: readonly number[]): boolean {
  return liesOutside(median(one), other) && liesOutside(median(other), one);
}

function liesOutside(number: number, numbers: readonly number[]): boolean {
  const [least, greatest] = rangeOf(numbers);
  return number < least || number > greatest;
}
