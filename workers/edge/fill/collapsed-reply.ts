// What the replies to all who read along with one fill have in common, kept with the fill.
//
// Why the caches did not have the file is decided once: to whoever comes second the file looks as
// if it had been there already. And the headers are built once per second: a crowd is woken in one
// moment, so that what each of them costs, the last one waits for all of it. Measured: building
// headers takes forty microseconds, copying them and setting two takes five.

import { planClockHeaders } from "../../core/respond/clock-headers.ts";
import type { MissReason } from "../../core/respond/miss-reason.ts";
import { printPhase } from "../../core/respond/phase.ts";
import { planReply, type ReplyInput } from "../../core/respond/reply.ts";
import { printCmsdDynamic, printServerTiming } from "../../core/respond/timing.ts";
import type { FileFill } from "./file-fill.ts";

export interface CollapsedReply {
  /** Null until the first reply. */
  why: MissReason | null;
  ready: ReadyHeaders | null;
}

interface ReadyHeaders {
  readonly untilMs: number;
  /** Of what they were made besides the clock. */
  readonly lengthBytes: number | null;
  readonly reason: string;
  readonly why: string | undefined;
  readonly headers: Headers;
}

const replies = new WeakMap<FileFill, CollapsedReply>();

/** What is common to the replies of a fill. */
export function toCollapsedReply(fill: FileFill): CollapsedReply {
  const known = replies.get(fill);
  if (known !== undefined) return known;
  const made: CollapsedReply = { why: null, ready: null };
  replies.set(fill, made);
  return made;
}

/**
 * The headers of a follower's whole reply, its own to change; null for every other reply: with a
 * range, a condition, HEAD, or not from somebody else's fill.
 */
export function toCollapsedHeaders(shared: CollapsedReply, input: ReplyInput): Headers | null {
  const { version, phase, request, timing, nowMs } = input;
  const { range, ifNoneMatch, ifModifiedSince } = request.headers;
  if (phase.kind !== "fill" || !phase.collapsed || request.method !== "GET") return null;
  if (range !== null || ifNoneMatch !== null || ifModifiedSince !== null) return null;
  const { lengthBytes } = version;
  const { reason, why } = phase;
  let { ready } = shared;
  const isMade =
    ready !== null &&
    nowMs < ready.untilMs &&
    ready.lengthBytes === lengthBytes &&
    ready.reason === reason &&
    ready.why === why;
  if (ready === null || !isMade) {
    const clock = planClockHeaders(version, nowMs);
    const reply = planReply({ ...input, clock });
    if (reply.status !== 200 || reply.body.kind !== "identity") return null;
    const headers = new Headers(reply.headers as [string, string][]);
    ready = { untilMs: clock.untilMs, lengthBytes, reason, why, headers };
    shared.ready = ready;
  }
  const headers = new Headers(ready.headers);
  const word = printPhase(phase, nowMs > version.freshUntilMs);
  headers.set("Server-Timing", printServerTiming(timing, version.originId, word));
  headers.set("CMSD-Dynamic", printCmsdDynamic(timing));
  return headers;
}
