// Turns a planned reply into the platform's Response: the only file that knows both. What goes
// into the headers was decided in core/respond.

import type { ViewerRequest } from "../core/http/request.ts";
import type { CachePhase } from "../core/respond/phase.ts";
import { planReply, type Reply, type ReplyBody, type ReplyInput } from "../core/respond/reply.ts";
import type { StoredVersion } from "../core/respond/version.ts";
import type { VersionHeaders } from "../core/respond/version-headers.ts";
import { readClockMs } from "../platform/clock.ts";
import { type CollapsedReply, toCollapsedHeaders } from "./fill/collapsed-reply.ts";

export type Bytes = Blob | ReadableStream<Uint8Array> | string | null;

/** Something that can be sent, whatever road it came by. */
export interface Served {
  readonly kind: "served";
  readonly meta: StoredVersion;
  readonly prebuilt: VersionHeaders;
  readonly phase: CachePhase;
  /** Of a playlist: whether a session begins with it. */
  readonly isMultivariant?: boolean;
  /** The rule of core/ttl that decided the lifetime. */
  readonly ttlReason: string;
  /** Time the origin took, if this request waited for it. */
  readonly originMs: number | null;
  /** What it has in common with the replies of all who read along; absent where nobody does. */
  readonly shared?: CollapsedReply;
  /** The bytes that the plan asks for; called once. Null for none, which frees unread streams. */
  readonly take: (body: ReplyBody) => Promise<Bytes>;
}

/** Plans and sends the reply to a request for which there are bytes. */
export async function respond(request: ViewerRequest, served: Served): Promise<Response> {
  const nowMs = readClockMs();
  const input: ReplyInput = {
    version: served.meta,
    prebuilt: served.prebuilt,
    request,
    phase: served.phase,
    timing: {
      edgeMs: nowMs - request.nowMs,
      originMs: served.originMs,
      viewerRttMs: request.rttMs ?? null,
    },
    nowMs,
  };
  const headers = served.shared === undefined ? null : toCollapsedHeaders(served.shared, input);
  if (headers !== null) return new Response(await served.take({ kind: "identity" }), { headers });
  const reply = planReply(input);
  return toResponse(reply, await served.take(reply.body));
}

/** Makes the Response of a plan. `bytes` are those that the plan's body names. */
export function toResponse(reply: Reply, bytes: Bytes): Response {
  const headers = new Headers(reply.headers as [string, string][]);
  if (reply.body.kind === "text")
    return new Response(reply.body.text, { status: reply.status, headers });
  if (reply.body.kind !== "gzip") return new Response(bytes, { status: reply.status, headers });
  // The bytes are gzip already; without "manual" the runtime would compress them again.
  return new Response(bytes, { status: reply.status, headers, encodeBody: "manual" });
}
