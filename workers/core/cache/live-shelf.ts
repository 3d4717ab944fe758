// What a relay or an isolate holds of one live playlist, and how an answer from the next machine up
// the road changes it. A delta is only taken with the very text it was made from; anything else is
// a gap, and the whole body is asked for. Durations become moments of this machine's clock here,
// once. It does NOT decide whether a viewer may still be shown what is held; core/ttl does.

import type { LiveProblem, PlaylistNews } from "../contract/live.ts";
import type { Have, VersionFacts } from "../contract/version.ts";
import { applyTextDelta } from "./text-delta.ts";
import { compareVersions, isSuccessor } from "./version-order.ts";

export interface HeldVersion extends Have {
  readonly text: string;
  readonly etag: string;
  readonly facts: VersionFacts | null;
  readonly originId: string | null;
}

export interface HeldPlaylist {
  readonly playlist: string;
  readonly version: HeldVersion | null;
  readonly problem: LiveProblem | null;
  /** All in this machine's clock. */
  readonly confirmedAtMs: number;
  /** Until then an open blocking request at the origin confirms it, as long as calls are open. */
  readonly heldUntilMs: number;
  readonly notBeforeAtMs: number;
  readonly expectedAtMs: number | null;
  /** The next ask must be for the whole body. */
  readonly isGap: boolean;
}

/** A version that is confirmed no more for so many target durations binds nobody. */
const BINDING_TARGETS = 3;
/** For so long a live playlist may stay the same (bis-22 section 6.2.1). */
const STANDING_TARGETS = 1.5;
const TARGET_SECONDS_UNKNOWN = 6;

/** Applies what the next machine said of one playlist. */
export function applyNews(
  held: HeldPlaylist | null,
  news: PlaylistNews,
  nowMs: number,
): HeldPlaylist {
  const times = {
    playlist: news.playlist,
    confirmedAtMs: nowMs - news.confirmedAgoMs,
    heldUntilMs: nowMs + (news.heldMs ?? 0),
    notBeforeAtMs: nowMs + news.notBeforeMs,
    expectedAtMs: news.expectedMs === null ? null : nowMs + news.expectedMs,
  };
  const before = held?.version ?? null;
  const offered = news.version;
  // Two calls may bring the same version; the second one confirms it.
  const isKnown = offered !== null && before !== null && compareVersions(offered, before) === 0;
  if (offered === null || isKnown) {
    const problem = before === null ? news.problem : null;
    // A coordinator that was reset may know less about the version than was said of it before. But
    // what has stood for too long was confirmed by nobody, whatever was said.
    const said = before === null || isStanding(before, news) ? 0 : toConfirmedAtMs(held);
    const confirmedAtMs = Math.max(times.confirmedAtMs, said);
    return { ...times, confirmedAtMs, version: before, problem, isGap: false };
  }
  if (before !== null && !mayReplace(held, offered, nowMs)) {
    // Older than what is shown: neither its text nor its times mean anything here.
    return held === null ? { ...times, version: before, problem: null, isGap: false } : held;
  }
  const text = toText(before, offered.content);
  if (text === null) return { ...times, version: before, problem: null, isGap: true };
  const { generation, seq, etag, facts, originId } = offered;
  const version = { generation, seq, etag, facts, originId, text };
  return { ...times, version, problem: null, isGap: false };
}

/** A playlist that should go on and is not confirmed for longer than it may stay the same. */
function isStanding({ facts }: HeldVersion, { confirmedAgoMs }: PlaylistNews): boolean {
  if (facts === null || facts.ended) return false;
  return confirmedAgoMs > facts.targetDurationSeconds * 1_000 * STANDING_TARGETS;
}

function toConfirmedAtMs(held: HeldPlaylist | null): number {
  return held?.confirmedAtMs ?? 0;
}

function mayReplace(
  held: HeldPlaylist | null,
  offered: Have & { readonly facts: VersionFacts | null },
  nowMs: number,
): boolean {
  const before = held?.version ?? null;
  if (held === null || before === null) return true;
  if (compareVersions(offered, before) < 0) return false;
  const targetSeconds = before.facts?.targetDurationSeconds ?? TARGET_SECONDS_UNKNOWN;
  const isBinding = nowMs - held.confirmedAtMs < targetSeconds * 1_000 * BINDING_TARGETS;
  return !isBinding || isSuccessor(before.facts, offered.facts);
}

type Content = NonNullable<PlaylistNews["version"]>["content"];

function toText(before: HeldVersion | null, content: Content): string | null {
  if (content.kind === "body") return content.text;
  if (before === null || compareVersions(before, content.base) !== 0) return null;
  return applyTextDelta(before.text, content.pieces);
}
