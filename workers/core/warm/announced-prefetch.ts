// Which files an isolate fetches in the moment in which it is told of them (design section 7): what
// a new version announces for the first time and what exists as a whole, for renditions that
// somebody here watches. Viewers who were shown the same version join the fill that runs already.
// Never a hint, a gap or a range: that would be a request for a thing that does not exist. A
// version that jumps far (a first sight, a cut, a rest that is over) announces much that nobody
// will ask for: only its end is taken.

import type { NameRole } from "../transform/announced-names.ts";

/** Files of one version that are fetched ahead: a segment, its last parts, a new map and key. */
export const PREFETCH_NAMES_MAX = 6;

const WANTED: Readonly<Record<NameRole, boolean>> = {
  segment: true,
  part: true,
  map: true,
  key: true,
  hint: false,
  file: false,
};

/** The names to fetch, in the order in which players want them. `fresh` null: a first sight. */
export function planAnnouncedPrefetch(
  fresh:
    | readonly { readonly name: string; readonly role: string; readonly isWhole: boolean }[]
    | null,
): readonly string[] {
  const wanted = (fresh ?? []).filter(
    ({ role, isWhole }) => isWhole && WANTED[role as NameRole] === true,
  );
  const heads = wanted.filter(({ role }) => role === "map" || role === "key");
  const media = wanted.filter(({ role }) => role !== "map" && role !== "key");
  const room = Math.max(1, PREFETCH_NAMES_MAX - heads.length);
  return [...heads.slice(-PREFETCH_NAMES_MAX + 1), ...media.slice(-room)].map(({ name }) => name);
}
