import { QueryBuildError } from "../errors.ts";

/** URL encoding of everything that could end a text or a comment, or be taken for a placeholder. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /['*!()~]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Tags as a comment in the form of sqlcommenter: sorted, URL-encoded, with a space in front; empty without tags. */
export function tagComment(tags: Readonly<Record<string, string>>): string {
  const parts = Object.entries(tags).sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => {
    if (typeof value !== "string") {
      throw new QueryBuildError(`Invalid tag ${JSON.stringify(name)} in tags: expected a text, not ${typeof value}`);
    }
    if (name === "") throw new QueryBuildError("Invalid tag in tags: its name is empty");
    try {
      return `${encoded(name)}='${encoded(value)}'`;
    } catch {
      throw new QueryBuildError(`Invalid tag ${JSON.stringify(name)} in tags: half of a surrogate pair`);
    }
  });
  return parts.length === 0 ? "" : ` /*${parts.join(",")}*/`;
}
