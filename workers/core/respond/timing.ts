// Prints the headers that tell how long things took: Server-Timing for people and dashboards (spec
// section 9, H11) and CMSD-Dynamic for players (spec section 7.2, CTA-5006). For every reply of
// respond. Both are computed for each reply and never replayed from a cache. Durations are whole
// milliseconds: a finer clock would tell strangers more about the machine than about the stream. It
// does NOT measure; the worker does.

import { printString } from "../http/structured-field.ts";

/** What the worker measured for one reply, in milliseconds; null where nothing was measured. */
export interface ReplyTiming {
  /** From the request's arrival to the reply's headers. */
  readonly edgeMs: number;
  /** From asking the origin to its headers, when this request waited for that. */
  readonly originMs: number | null;
  /** Round trip of the viewer's connection, as the platform reports it. */
  readonly viewerRttMs: number | null;
}

/**
 * Server-Timing with the entries edge, origin (when one is known), cache, and for live playlists
 * reload: why they promise what they do.
 */
export function printServerTiming(
  timing: ReplyTiming,
  originId: string | null,
  cacheWord: string | null,
  promises: string | null = null,
): string {
  const entries = [`edge;dur=${toWholeMs(timing.edgeMs)}`];
  if (originId !== null || timing.originMs !== null) {
    let origin = "origin";
    if (originId !== null) origin += `;desc=${printString(originId)}`;
    if (timing.originMs !== null) origin += `;dur=${toWholeMs(timing.originMs)}`;
    entries.push(origin);
  }
  if (cacheWord !== null) entries.push(`cache;desc=${printString(cacheWord)}`);
  if (promises !== null) entries.push(`reload;desc=${printString(promises)}`);
  return entries.join(", ");
}

/**
 * Our member of CMSD-Dynamic: the time to the reply (`rd`), the viewer's round trip if known, and
 * duress (`du`) where this edge could not do what it was asked: a player may move away.
 */
export function printCmsdDynamic(timing: ReplyTiming, isUnderDuress = false): string {
  const member = `"weir"${isUnderDuress ? ";du" : ""};rd=${toWholeMs(timing.edgeMs)}`;
  return timing.viewerRttMs === null ? member : `${member};rtt=${toWholeMs(timing.viewerRttMs)}`;
}

function toWholeMs(durationMs: number): number {
  return Math.max(0, Math.round(durationMs));
}
