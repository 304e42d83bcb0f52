import { type ScalarFunction, strict } from "./scalar_function.ts";

/** Fills a text up to a number of characters, or cuts it to that. */
function pad(isStart: boolean): ScalarFunction {
  return strict((text, length, fill) => {
    const [characters, filling] = [[...String(text)], [...String(fill)]];
    const size = Math.max(0, Number(length));
    if (characters.length >= size) return characters.slice(0, size).join("");
    if (filling.length === 0) return characters.join("");
    const missing = Array.from({ length: size - characters.length }, (_, i) => filling[i % filling.length]!);
    return (isStart ? [...missing, ...characters] : [...characters, ...missing]).join("");
  });
}

/** Functions of texts that SQLite lacks: letters of all alphabets, repetition, filling up. */
export const TEXT_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  unicode_lower: strict((text) => String(text).toLowerCase()),
  unicode_upper: strict((text) => String(text).toUpperCase()),
  text_of: strict((value) => String(value)),
  text_repeat: strict((text, count) => String(text).repeat(Math.max(0, Number(count)))),
  text_reverse: strict((text) => [...String(text)].reverse().join("")),
  text_pad_start: pad(true),
  text_pad_end: pad(false),
  text_join: strict((list, separator) => {
    const items = JSON.parse(String(list)) as unknown[]; // written by json_group_array()
    const texts = items.filter((item) => item !== null);
    return texts.length === 0 ? null : texts.join(String(separator));
  }),
};
