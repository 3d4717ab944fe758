// Reads a viewer's URL: which of the documented places is meant, or why it is none of them.
// Works on the raw path, before anything is decoded by others, because the difference between
// "%2e%2e" and ".." is where path tricks live. See "Viewer contract" in infra/docs/viewer-urls.md.
// Does NOT know which channels exist: that is resolve's matter, after auth.

import { decideMethod } from "../http/method.ts";
import type { ProblemReason } from "../http/problem.ts";
import type { ViewerRequest } from "../http/request.ts";
import { type AssetPath, parseAssetPath } from "./asset-path.ts";
import { parseCanaryLabel } from "./canary.ts";

/** Longest request target (path and query) we read; Cloudflare itself allows 16 KB. */
export const TARGET_BYTES_MAX = 8_192;
/** Most a player may ask of the bandwidth check, bytes. */
export const PROBE_BYTES_MAX = 16 * 1024 * 1024;

const CHANNEL = /^[a-z0-9][a-z0-9-]{0,62}$/;
const TOKEN = /^[A-Za-z0-9._~+/=:-]{1,4096}$/;

export type Route =
  | {
      readonly kind: "asset";
      readonly channel: string;
      /** Number of the channel's canary (`/{channel}/@c{k}/{path}`); 0: none. */
      readonly canary: number;
      readonly asset: AssetPath;
      /** Raw query, without "?". */
      readonly query: string;
      readonly token: string | null;
    }
  | { readonly kind: "health" }
  | { readonly kind: "steering"; readonly channel: string; readonly token: string | null }
  | { readonly kind: "bandwidth-probe"; readonly bytes: number }
  | { readonly kind: "preflight" };

export interface Refusal {
  readonly kind: "refused";
  readonly reason: ProblemReason;
  /** Names the place and the remedy. */
  readonly detail: string;
}

/** A refusal that names its place and remedy. */
export function toRefusal(reason: ProblemReason, detail: string): Refusal {
  return { kind: "refused", reason, detail };
}

/** Decides which place of the viewer contract a request means. */
export function parseRoute(request: ViewerRequest): Route | Refusal {
  if (request.path.length + request.query.length > TARGET_BYTES_MAX) {
    return toRefusal("uri-too-long", `The URL is longer than ${TARGET_BYTES_MAX} bytes.`);
  }
  const method = decideMethod(request.method);
  if (method.kind === "preflight") return method;
  if (method.kind === "refused") {
    return toRefusal("method-not-allowed", `${request.method} is not served; use GET or HEAD.`);
  }
  if (request.path.startsWith("/_/")) return parseSystemRoute(request);

  const segments = request.path.slice(1).split("/");
  let token: string | null = null;
  if (segments[0]?.startsWith("~")) {
    token = segments.shift()?.slice(1) ?? "";
    if (!TOKEN.test(token)) {
      return toRefusal("bad-path", "The token after /~ is empty or holds other characters.");
    }
  }
  if (segments[0] === "_" && segments[1] === "steering") return parseSteering(segments, token);
  const channel = segments.shift() ?? "";
  if (!CHANNEL.test(channel)) {
    return toRefusal("not-found", "A URL begins with a channel: /{channel}/{path}.");
  }
  const canary = parseCanaryLabel(segments[0] ?? "");
  if (canary > 0) segments.shift();
  const asset = parseAssetPath(segments.join("/"));
  if (asset.kind !== "asset-path") return toRefusal("bad-path", asset.detail);
  return { kind: "asset", channel, canary, asset, query: request.query, token };
}

function parseSystemRoute(request: ViewerRequest): Route | Refusal {
  switch (request.path) {
    case "/_/healthz":
      return { kind: "health" };
    case "/_/probe":
      return parseProbe(request.query);
    default:
      return request.path.startsWith("/_/steering/")
        ? parseSteering(request.path.slice(1).split("/"), null)
        : toRefusal("not-found", "Below /_/ there are healthz, probe and steering.");
  }
}

/** `[/~{token}]/_/steering/{channel}`; the query is the player's and read by core/steer. */
function parseSteering(segments: readonly string[], token: string | null): Route | Refusal {
  const [, , channel = "", ...rest] = segments;
  return CHANNEL.test(channel) && rest.length === 0
    ? { kind: "steering", channel, token }
    : toRefusal("not-found", "A steering manifest is at /_/steering/{channel}.");
}

/** Whether a path is one of the edge's own places, which are not media; with or without a token. */
export function isSystemPath(path: string): boolean {
  return path.startsWith("/_/") || /^\/~[^/]*\/_\//.test(path);
}

function parseProbe(query: string): Route | Refusal {
  const digits = /^bytes=(\d{1,9})$/.exec(query)?.[1];
  const bytes = digits === undefined ? Number.NaN : Number(digits);
  if (!(bytes >= 1 && bytes <= PROBE_BYTES_MAX)) {
    return toRefusal("bad-query", `Ask for /_/probe?bytes=N with N from 1 to ${PROBE_BYTES_MAX}.`);
  }
  return { kind: "bandwidth-probe", bytes };
}
