// What of an announced segment a player would notice if it were told otherwise the second time.

import type { CanonicalBlock } from "./canonical.ts";

/** Null if a block is what it was. */
export function findChange(before: CanonicalBlock, now: CanonicalBlock): string | null {
  if (before.uri !== now.uri) return `URI from ${before.uri} to ${now.uri}`;
  if (before.seconds !== now.seconds || before.title !== now.title) return "duration or title";
  if (before.discontinuity !== now.discontinuity) return "discontinuity";
  if (before.cut !== now.cut) return `cut number from ${before.cut} to ${now.cut}`;
  if (before.gap !== now.gap) return "gap";
  if (before.map !== now.map) return `map from ${before.map} to ${now.map}`;
  if (toIv(before) !== toIv(now)) return `key from ${before.key} to ${now.key}`;
  if (before.range?.offsetBytes !== now.range?.offsetBytes) return "byte range";
  if (before.range?.lengthBytes !== now.range?.lengthBytes) return "byte range";
  const bothDated = before.dateMs !== null && now.dateMs !== null;
  if (bothDated && Math.abs((before.dateMs ?? 0) - (now.dateMs ?? 0)) > 60) return "date";
  const shared = Math.min(before.parts.length, now.parts.length);
  for (let at = 0; at < shared; at += 1) {
    if (before.parts[at] !== now.parts[at]) return `part ${at}`;
  }
  if (!before.isFirst && !now.isFirst && before.core !== now.core) {
    return `text from\n${before.core}\nto\n${now.core}`;
  }
  return null;
}

/** The key with the IV that a player would use, however it is written. */
function toIv({ key, msn }: CanonicalBlock): string {
  const stated = /,IV=0x([0-9a-fA-F]+)/.exec(key);
  if (stated === null) return key === "" ? "" : `${key} ${msn}`;
  return `${key.replace(stated[0], "")} ${BigInt(`0x${stated[1]}`)}`;
}
