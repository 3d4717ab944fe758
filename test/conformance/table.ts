// The whole conformance table, by group. A group's name is a channel of Weir and a folder of its
// origin, so that the failures of one group cannot spoil what an edge thinks of another's origin.

import type { Row } from "./case.ts";
import { AGE_AND_DATE } from "./cases/age.ts";
import { CONDITIONS } from "./cases/conditions.ts";
import { FRESHNESS } from "./cases/freshness.ts";
import { MESSAGES } from "./cases/messages.ts";
import { METHODS } from "./cases/methods.ts";
import { RANGES } from "./cases/ranges.ts";
import { SELECTING } from "./cases/selecting.ts";
import { STORING } from "./cases/storing.ts";
import { VALIDATION } from "./cases/validation.ts";

export const TABLE: Readonly<Record<string, readonly Row[]>> = {
  freshness: FRESHNESS,
  age: AGE_AND_DATE,
  storing: STORING,
  conditions: CONDITIONS,
  validation: VALIDATION,
  ranges: RANGES,
  methods: METHODS,
  selecting: SELECTING,
  messages: MESSAGES,
};
