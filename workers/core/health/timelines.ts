// Sorts a channel's origins into timelines: sets whose bytes may stand in for each other.
//
// Identity is proved, never assumed. Two live origins are one timeline when every sequence number
// that both have listed carries the same date, duration and name; one contradiction separates
// them for good. Sets of different timelines never rescue each other's segments, because equal
// sequence numbers would then mean different media. Byte proof (ETag or hash of a shared segment)
// belongs to the continuity ledger, which will take this machine's place for live channels.
//
// Numbers are never reused: caches all over the world may still hold @t3.

import type { ReplicaMode } from "../config/catalog.ts";
import type { SegmentMark } from "./sighting.ts";

/** How many marks a timeline remembers; at 2 s segments about two minutes. */
const HISTORY_MAX = 64;
/** PROGRAM-DATE-TIME is written in milliseconds; rounding may differ by one. */
const PDT_TOLERANCE_MS = 1;
/** EXTINF is written with three or more decimals. */
const DURATION_TOLERANCE_MS = 2;

export interface TimelineMembers {
  readonly n: number;
  readonly origins: readonly string[];
  /** What its members have listed, by rising sequence number. */
  readonly history: readonly SegmentMark[];
}

export interface TimelineState {
  readonly nextN: number;
  readonly timelines: readonly TimelineMembers[];
}

/** The first numbering of a channel: what the operator declared, or the first origin alone. */
export function toInitialTimelines(mode: ReplicaMode, originIds: readonly string[]): TimelineState {
  if (mode === "identical") {
    return { nextN: 1, timelines: [{ n: 0, origins: originIds, history: [] }] };
  }
  const first = mode === "independent" ? originIds : originIds.slice(0, 1);
  return {
    nextN: first.length,
    timelines: first.map((id, n) => ({ n, origins: [id], history: [] })),
  };
}

/** Places an origin by what it lists now. Only mode "auto" ever moves anyone. */
export function applyMarks(
  state: TimelineState,
  mode: ReplicaMode,
  originId: string,
  marks: readonly SegmentMark[],
): TimelineState {
  if (mode !== "auto" || marks.length === 0) return state;
  const own = state.timelines.find((timeline) => timeline.origins.includes(originId));
  if (own !== undefined && own.history.length > 0) {
    const match = compareMarks(own.history, marks);
    if (match !== "different") return remember(state, own.n, marks);
    // A sole member that restarts under other numbers takes its viewers to a new timeline.
    return place(leave(state, originId), originId, marks);
  }
  if (own === undefined) return place(state, originId, marks);
  const same = state.timelines.find(
    (timeline) => timeline !== own && compareMarks(timeline.history, marks) === "same",
  );
  return same === undefined ? remember(state, own.n, marks) : unite(state, own, same, marks);
}

/**
 * An origin that had a number before it had shown anything turns out to be what another timeline
 * is. Viewers may hold URLs under both numbers, so both live on, each with all the members.
 */
function unite(
  state: TimelineState,
  own: TimelineMembers,
  same: TimelineMembers,
  marks: readonly SegmentMark[],
): TimelineState {
  const timelines = state.timelines.map((timeline) => {
    if (timeline === own) {
      return { ...own, origins: join(own.origins, same.origins), history: same.history };
    }
    return timeline === same ? { ...same, origins: join(same.origins, own.origins) } : timeline;
  });
  return remember({ ...state, timelines }, own.n, marks);
}

function join(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...a, ...b.filter((id) => !a.includes(id))];
}

function place(
  state: TimelineState,
  originId: string,
  marks: readonly SegmentMark[],
): TimelineState {
  const same = state.timelines.find((timeline) => compareMarks(timeline.history, marks) === "same");
  if (same !== undefined) {
    const timelines = state.timelines.map((timeline) =>
      timeline === same ? { ...timeline, origins: [...timeline.origins, originId] } : timeline,
    );
    return remember({ ...state, timelines }, same.n, marks);
  }
  const n = state.nextN;
  return {
    nextN: n + 1,
    timelines: [...state.timelines, { n, origins: [originId], history: marks }],
  };
}

function leave(state: TimelineState, originId: string): TimelineState {
  const timelines = state.timelines
    .map((timeline) => ({
      ...timeline,
      origins: timeline.origins.filter((id) => id !== originId),
    }))
    .filter((timeline) => timeline.origins.length > 0);
  return { ...state, timelines };
}

function remember(state: TimelineState, n: number, marks: readonly SegmentMark[]): TimelineState {
  const timelines = state.timelines.map((timeline) => {
    if (timeline.n !== n) return timeline;
    const lastMsn = timeline.history.at(-1)?.msn ?? -1;
    const fresh = marks.filter((mark) => mark.msn > lastMsn);
    if (fresh.length === 0) return timeline;
    return { ...timeline, history: [...timeline.history, ...fresh].slice(-HISTORY_MAX) };
  });
  return { ...state, timelines };
}

/**
 * Compares two listings. "same": they share at least one sequence number and agree on every
 * shared one; "different": a shared number disagrees, or they cover the same moment under
 * numbers that do not meet, or the numbers went back while the clock did not (a packager that
 * started over); "unrelated": nothing to compare.
 */
export function compareMarks(
  known: readonly SegmentMark[],
  marks: readonly SegmentMark[],
): "same" | "different" | "unrelated" {
  const byMsn = new Map(known.map((mark) => [mark.msn, mark]));
  let shared = 0;
  for (const mark of marks) {
    const other = byMsn.get(mark.msn);
    if (other === undefined) continue;
    if (!isSameMark(mark, other)) return "different";
    shared++;
  }
  if (shared > 0) return "same";
  return coverSameTime(known, marks) || startsOver(known, marks) ? "different" : "unrelated";
}

function isSameMark(a: SegmentMark, b: SegmentMark): boolean {
  const samePdt =
    a.pdtMs === null || b.pdtMs === null
      ? a.pdtMs === b.pdtMs
      : Math.abs(a.pdtMs - b.pdtMs) <= PDT_TOLERANCE_MS;
  return (
    samePdt && a.name === b.name && Math.abs(a.durationMs - b.durationMs) <= DURATION_TOLERANCE_MS
  );
}

/** Lower numbers are older media, or they are another count; without dates they cannot be older. */
function startsOver(known: readonly SegmentMark[], marks: readonly SegmentMark[]): boolean {
  const [firstKnown, lastKnown, first, last] = [known[0], known.at(-1), marks[0], marks.at(-1)];
  if (firstKnown === undefined || last === undefined || last.msn >= firstKnown.msn) return false;
  if (first?.pdtMs == null || lastKnown?.pdtMs == null) return true;
  return first.pdtMs > lastKnown.pdtMs;
}

function coverSameTime(a: readonly SegmentMark[], b: readonly SegmentMark[]): boolean {
  const [firstA, lastA, firstB, lastB] = [a[0], a.at(-1), b[0], b.at(-1)];
  if (firstA?.pdtMs == null || firstB?.pdtMs == null) return false;
  if (lastA?.pdtMs == null || lastB?.pdtMs == null) return false;
  return firstA.pdtMs <= lastB.pdtMs && firstB.pdtMs <= lastA.pdtMs;
}
