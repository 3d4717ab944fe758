// Versions as a coordinator or relay keeps them, and as they travel: whole, or as the difference to
// what the asker has.

import { countDeltaChars, planTextDelta } from "../../core/cache/text-delta.ts";
import { compareVersions } from "../../core/cache/version-order.ts";
import type { Have, Version, VersionFacts } from "../../core/contract/version.ts";

export interface KeptVersion extends Have {
  readonly text: string;
  readonly etag: string;
  readonly facts: VersionFacts | null;
  readonly originId: string | null;
}

/** A newer body of fewer characters than this is sent whole. */
const DELTA_CHARS_MIN = 1_024;

/** What to send to somebody who has `have`; null if that is the newest already. */
export function toVersion(
  playlist: string,
  newest: KeptVersion | null,
  previous: KeptVersion | null,
  have: Have | null,
): Version | null {
  if (newest === null || compareVersions(newest, have) <= 0) return null;
  const { generation, seq, etag, facts, originId, text } = newest;
  const head = { playlist, generation, seq, etag, facts, originId };
  const isNext = previous !== null && have !== null && compareVersions(previous, have) === 0;
  if (isNext && text.length >= DELTA_CHARS_MIN) {
    const pieces = planTextDelta(previous.text, text);
    if (countDeltaChars(pieces) < text.length / 2) {
      const base = { generation: previous.generation, seq: previous.seq };
      return { ...head, content: { kind: "delta", base, pieces } };
    }
  }
  return { ...head, content: { kind: "body", text } };
}
