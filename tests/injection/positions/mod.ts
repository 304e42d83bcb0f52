/** Every place into which a text can come. */

import type { Position } from "../position.ts";
import { BACKEND_POSITIONS } from "./backend.ts";
import { CLAUSE_POSITIONS } from "./clauses.ts";
import { DEFINITION_POSITIONS } from "./definitions.ts";
import { FUNCTION_POSITIONS } from "./functions.ts";
import { JSON_POSITIONS } from "./json.ts";
import { NAME_POSITIONS } from "./names.ts";
import { VALUE_POSITIONS } from "./values.ts";
import { WORD_POSITIONS } from "./words.ts";
import { WRITE_POSITIONS } from "./writes.ts";

/** In the order in which they are tried. */
export const POSITIONS: readonly Position[] = [
  ...WORD_POSITIONS,
  ...VALUE_POSITIONS,
  ...NAME_POSITIONS,
  ...FUNCTION_POSITIONS,
  ...JSON_POSITIONS,
  ...CLAUSE_POSITIONS,
  ...WRITE_POSITIONS,
  ...BACKEND_POSITIONS,
  ...DEFINITION_POSITIONS,
];
