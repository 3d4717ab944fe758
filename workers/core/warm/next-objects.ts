// Which of the objects that a player announces to want are fetched ahead (CMCD `nor`, spec section
// 7.1, M6). "Merely a request", and a stranger's: it may only ever name what the same viewer could
// ask for right now, below the same channel and with the same token, and media only. A player that
// starves or starts gets all there is for itself. It does NOT know what is stored or under way.

import type { CmcdHints } from "../http/cmcd.ts";
import { toAssetKind } from "../http/media-types.ts";
import { parseHttpUri, resolveUri } from "../http/uri.ts";

/** Objects fetched ahead for one request. */
export const NEXT_OBJECTS_MAX = 2;
const NAME_CHARS_MAX = 2_048;
/** Any host does: only what lies below the channel is taken. */
const BASE = "http://edge.invalid";

/** Names below the channel, query included, to fetch ahead of a request for `path`. */
export function planNextObjects(
  hints: Omit<CmcdHints, "hasStarved">,
  path: string,
): readonly string[] {
  if (hints.isUrgent || hints.objectType === "m" || hints.objectType === "k") return [];
  const place = /^((?:\/~[^/]+)?\/[^/]+\/)(.+)$/.exec(path);
  const base = parseHttpUri(`${BASE}${path}`);
  if (place === null || base === null) return [];
  const [, channel = "", present = ""] = place;
  const names = new Set<string>();
  for (const { reference, range } of hints.next) {
    // A range is a piece of a file of which the caches keep the whole, or whole chunks.
    if (range !== null || reference === "" || reference.length > NAME_CHARS_MAX) continue;
    const target = resolveUri(reference, base);
    if (target.kind !== "http" || target.origin !== BASE) continue;
    const resolved = `/${target.rawSegments.join("/")}`;
    if (!resolved.startsWith(channel)) continue;
    const name = resolved.slice(channel.length);
    const kind = toAssetKind(name);
    if (name === present || (kind !== "segment" && kind !== "init-or-segment")) continue;
    names.add(target.query === null ? name : `${name}?${target.query}`);
    if (names.size === NEXT_OBJECTS_MAX) break;
  }
  return [...names];
}
