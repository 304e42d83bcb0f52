/** White space and comments before the first word of a text. */
const LEAD = String.raw`^(?:\s|--\s[^\n]*\n|#[^\n]*\n|/\*(?!!)[\s\S]*?\*/)*`;

/** Temporary tables come and go without COMMIT. */
const COMMITS = new RegExp(
  `${LEAD}(?:alter|rename|truncate|grant|revoke|analyze|optimize|repair|flush|install|uninstall|lock\\s+tables?|unlock\\s+tables?` +
    `|(?:create(?:\\s+or\\s+replace)?|drop)\\s+(?!temporary\\b)\\w+|set\\s+password|load\\s+index|cache\\s+index)\\b`,
  "i",
);

/** Whether a statement ends the transaction around it, by its first words; most of those that change tables or users do. */
export function commitsByItself(sql: string): boolean {
  return COMMITS.test(sql);
}
