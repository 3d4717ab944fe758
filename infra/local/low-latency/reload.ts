// Which request of a low-latency origin waits, until when, and which is refused: blocking playlist
// reload (RFC 8216bis-22 section 6.2.5.2) and the hinted part (sections 4.4.5.3 and 6.2.6).
//
// Pure: the live edge and the request's words go in. A frozen origin is asked with its old edge, so
// that its requests wait as long as the standard lets them and then fail. It answers nothing
// (content.ts) and sleeps nowhere (origin-server.ts).

import type { Hold } from "../demo/origin-hold.ts";
import type { ChannelClock } from "../demo/segment-clock.ts";
import { isOnShow, type LiveEdge, PARTS_PER_SEGMENT, toPublicationMs } from "./part-clock.ts";

/** Section 6.2.5.2: two numbers beyond the last one are waited for, three are a mistake. */
const MSN_AHEAD_MAX = 2;

export interface ReloadLimits {
  /** Parts beyond the last one that may be waited for. */
  readonly partsAheadMax: number;
}

/** The Advance Part Limit of section 6.2.5.2. */
export function toPartsAheadMax(partTargetSeconds: number): number {
  return partTargetSeconds < 1 ? Math.ceil(3 / partTargetSeconds) : 3;
}

/** What a playlist request with this query (without its question mark) has to wait for. */
export function decideReload(
  query: string,
  edge: LiveEdge,
  clock: ChannelClock,
  { partsAheadMax }: ReloadLimits,
): Hold {
  const msnWord = readDirective(query, "_HLS_msn");
  const partWord = readDirective(query, "_HLS_part");
  if (msnWord === undefined) {
    return partWord === undefined ? READY : refuse("_HLS_part needs _HLS_msn");
  }
  if (!isDecimal(msnWord) || (partWord !== undefined && !isDecimal(partWord))) {
    return refuse("delivery directives are decimal numbers");
  }
  let msn = Number(msnWord);
  let part = partWord === undefined ? null : Number(partWord);
  // The last segment of which anything is listed.
  const lastMsn = edge.partCount > 0 ? edge.msn : edge.msn - 1;
  if (msn > lastMsn + MSN_AHEAD_MAX) return refuse(`segment ${msn} is too far ahead`);
  const partsAhead = part === null || msn < edge.msn ? 0 : part - edge.partCount + 1;
  if (partsAhead > partsAheadMax) return refuse(`part ${part} is too far ahead`);
  if (part !== null && part >= PARTS_PER_SEGMENT) {
    // Section 6.2.5.2: what is beyond the final part is the next segment's first one.
    msn += 1;
    part = 0;
  }
  if (isOnShow(edge, msn, part)) return READY;
  const untilMs = toPublicationMs(clock, msn, part ?? PARTS_PER_SEGMENT - 1);
  return { kind: "wait", untilMs, lateStatus: 503 };
}

/** The hinted part waits; every other one is there or does not exist. */
export function decidePartWait(
  msn: number,
  part: number,
  edge: LiveEdge,
  clock: ChannelClock,
): Hold {
  if (msn !== edge.msn || part !== edge.partCount) return READY;
  return { kind: "wait", untilMs: toPublicationMs(clock, msn, part), lateStatus: 404 };
}

/** Whether a player that has an older playlist asks for what is new in it. */
export function wantsDelta(query: string): boolean {
  const word = readDirective(query, "_HLS_skip");
  return word === "YES" || word === "v2";
}

const READY: Hold = { kind: "ready" };

function refuse(why: string): Hold {
  return { kind: "refused", status: 400, why };
}

function readDirective(query: string, name: string): string | undefined {
  const pairs = query.split("&").map((pair) => pair.split("="));
  return pairs.find(([key]) => key === name)?.[1];
}

function isDecimal(word: string): boolean {
  return /^\d{1,15}$/.test(word);
}
