// The last stage before the platform: one stored version and one viewer's request become a status,
// headers and the choice of bytes (design section 2; spec section 9, H7 to H13). For the edge's
// pipeline. After this plan the status cannot change any more. The order is RFC 9110 section
// 13.2.2: validators first (304), then Range with If-Range (206, 416), else 200. HEAD gets the same
// headers and no bytes, and its Range is ignored (section 14.2). It does NOT fetch, compress or
// copy bytes, and does NOT decide about staleness: the cache stage did.

import { type Coding, decideCoding } from "../http/accept-encoding.ts";
import {
  decideRange,
  parseRangeRequest,
  printContentRange,
  printUnsatisfiedRange,
  type RangeAnswer,
} from "../http/byte-range.ts";
import { type CacheStatus, printCacheStatus } from "../http/cache-status.ts";
import { decideConditional, decideIfRange } from "../http/conditional.ts";
import { toPreflightHeaders } from "../http/cors.ts";
import type { HeaderPair, HeaderPairs } from "../http/header-pairs.ts";
import { printHttpDate } from "../http/http-date.ts";
import { type Problem, toInstance, toProblem } from "../http/problem.ts";
import type { ViewerRequest } from "../http/request.ts";
import { type ClockHeaders, planClockHeaders } from "./clock-headers.ts";
import { type CachePhase, printPhase, toCacheStatus } from "./phase.ts";
import { printCmsdDynamic, printServerTiming, type ReplyTiming } from "./timing.ts";
import { type StoredVersion, toEtag } from "./version.ts";
import type { VersionHeaders } from "./version-headers.ts";

/** Which bytes go with the headers. */
export type ReplyBody =
  | { readonly kind: "none" }
  | { readonly kind: "identity" }
  | { readonly kind: "gzip" }
  /** Positions in the identity form, `end` inclusive. */
  | { readonly kind: "slice"; readonly start: number; readonly end: number }
  /** A text of ours, to be sent as UTF-8: the body of a problem. */
  | { readonly kind: "text"; readonly text: string };

/** A reply, complete but for the platform's object. */
export interface Reply {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: ReplyBody;
}

/** What one reply depends on besides the stored bytes. */
export interface ReplyInput {
  readonly version: StoredVersion;
  /** `planVersionHeaders(version)`, kept since the version was stored. */
  readonly prebuilt: VersionHeaders;
  readonly request: Pick<ViewerRequest, "method" | "path" | "headers">;
  readonly phase: CachePhase;
  readonly timing: ReplyTiming;
  /** When the reply leaves; after a blocking request this is later than the request's own time. */
  readonly nowMs: number;
  /** `planClockHeaders` of this version when still valid at `nowMs`; computed here when absent. */
  readonly clock?: ClockHeaders;
}

const BODY_NONE = { kind: "none" } as const;
const BODY_IDENTITY = { kind: "identity" } as const;
const BODY_GZIP = { kind: "gzip" } as const;

/** Plans the reply to a GET or HEAD for which there are bytes. */
export function planReply(input: ReplyInput): Reply {
  const { version, prebuilt, request } = input;
  const asked = request.headers;
  const coding: Coding = prebuilt.gzip === null ? "identity" : decideCoding(asked.acceptEncoding);
  const verdict = decideConditional(asked, {
    etags: prebuilt.etags,
    lastModifiedMs: version.lastModifiedMs,
    receivedAtMs: version.assetKind === "playlist" ? null : version.confirmedAtMs,
  });
  if (verdict === "not-modified") {
    const kept = coding === "gzip" ? prebuilt.notModifiedGzip : prebuilt.notModifiedIdentity;
    return { status: 304, headers: [...(kept ?? []), ...planMoving(input)], body: BODY_NONE };
  }
  if (coding === "gzip" && prebuilt.gzip !== null) {
    return planFullReply(input, prebuilt.gzip, version.gzipLengthBytes, BODY_GZIP);
  }
  const range = decideAskedRange(input);
  if (range.kind === "whole" || version.lengthBytes === null) {
    return planFullReply(input, prebuilt.identity, version.lengthBytes, BODY_IDENTITY);
  }
  if (range.kind === "unsatisfiable") return planUnsatisfiable(input, version.lengthBytes);
  const { start, end } = range;
  return {
    status: 206,
    headers: [
      ...prebuilt.identity,
      ["Content-Range", printContentRange(start, end, version.lengthBytes)],
      ["Content-Length", String(end - start + 1)],
      ...planMoving(input),
    ],
    body: { kind: "slice", start, end },
  };
}

/** Plans the answer to OPTIONS: 204, with everything a player may send (spec section 7, M1). */
export function planPreflight(request: Pick<ViewerRequest, "headers">, nowMs: number): Reply {
  return {
    status: 204,
    headers: [
      ...toPreflightHeaders(request.headers.accessControlRequestHeaders),
      ["Date", printHttpDate(nowMs)],
    ],
    body: BODY_NONE,
  };
}

/**
 * Plans the reply that carries a problem; `originId` names the origin that failed, if one did, and
 * `status` is what the cache had to do with it.
 */
export function planProblemReply(
  problem: Problem,
  method: string,
  timing: ReplyTiming,
  originId: string | null,
  nowMs: number,
  status: CacheStatus,
): Reply {
  return {
    status: problem.status,
    headers: [
      ...problem.headers,
      ["Date", printHttpDate(nowMs)],
      ["Cache-Status", printCacheStatus(status, null)],
      ["Server-Timing", printServerTiming(timing, originId, null)],
      ["CMSD-Dynamic", printCmsdDynamic(timing, problem.status >= 500)],
    ],
    body: method === "HEAD" ? BODY_NONE : { kind: "text", text: problem.body },
  };
}

function planFullReply(
  input: ReplyInput,
  prebuilt: HeaderPairs,
  lengthBytes: number | null,
  body: ReplyBody,
): Reply {
  const headers: HeaderPair[] = [...prebuilt];
  if (lengthBytes !== null) headers.push(["Content-Length", String(lengthBytes)]);
  headers.push(...planMoving(input));
  return { status: 200, headers, body: input.request.method === "HEAD" ? BODY_NONE : body };
}

function decideAskedRange(input: ReplyInput): RangeAnswer {
  const { version, prebuilt, request } = input;
  const asked = request.headers;
  const usable =
    asked.range !== null &&
    request.method === "GET" &&
    prebuilt.sliceable &&
    version.lengthBytes !== null &&
    decideIfRange(asked.ifRange, toEtag(version, "identity"));
  if (!usable || version.lengthBytes === null) return { kind: "whole" };
  return decideRange(parseRangeRequest(asked.range), version.lengthBytes);
}

function planUnsatisfiable(input: ReplyInput, lengthBytes: number): Reply {
  const detail = `The file has ${lengthBytes} bytes.`;
  const problem = toProblem("range-not-satisfiable", detail, toInstance(input.request.path));
  const { version, timing, nowMs } = input;
  const status = toCacheStatus(input.phase, version, nowMs);
  const { method } = input.request;
  const reply = planProblemReply(problem, method, timing, version.originId, nowMs, status);
  return {
    ...reply,
    headers: [["Content-Range", printUnsatisfiedRange(lengthBytes)], ...reply.headers],
  };
}

// What moves with the clock and with this request: few enough to be set for each reply.
function planMoving(input: ReplyInput): HeaderPairs {
  const { version, phase, timing, nowMs } = input;
  const clock = input.clock ?? planClockHeaders(version, nowMs);
  const { originId } = version;
  const stale = nowMs > version.freshUntilMs;
  const status = toCacheStatus(phase, version, nowMs);
  return [
    ...clock.headers,
    ["Cache-Status", printCacheStatus(status, version.upstreamCacheStatus)],
    [
      "Server-Timing",
      printServerTiming(timing, originId, printPhase(phase, stale), version.promises),
    ],
    ["CMSD-Dynamic", printCmsdDynamic(timing, phase.kind === "stale-if-error")],
  ];
}
