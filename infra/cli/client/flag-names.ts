// The API names the members of its forms; whoever typed flags knows those. A complaint about a
// member is given the flag's name too.

import type { Failure } from "../ending.ts";

/** The failure with `place:` at the beginning of a line written as `flag (place):`. */
export function toFlagNames(failure: Failure, flags: Readonly<Record<string, string>>): Failure {
  const detail = failure.detail
    .split("\n")
    .map((line) => {
      const [, place = ""] = /^([A-Za-z.]+)(?:\.\d+)?:/.exec(line) ?? [];
      const flag = Object.hasOwn(flags, place) ? flags[place] : undefined;
      return flag === undefined ? line : line.replace(place, `${flag} (${place})`);
    })
    .join("\n");
  return { ...failure, detail };
}
