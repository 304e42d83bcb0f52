/** The end of an output, which says what went wrong. */
export function lastLines(output: string, count = 5): string {
  return output.trim().split("\n").slice(-count).join("\n") || "it gave no output";
}
