// The answer of the entrypoint behind Workers Cache: a whole file with its facts beside it, and
// with how long the platform may keep it. The gateway makes a viewer's reply of it. What can not be
// kept goes through as the viewer would get it.

import type { ViewerRequest } from "../core/http/request.ts";
import { readClockMs } from "../platform/clock.ts";
import { toMetaHeader } from "../platform/edge-cache.ts";
import { toKeepingHeaders } from "../platform/workers-cache.ts";
import { respond, type Served } from "./respond.ts";

/** Answers Workers Cache. `request` has neither range nor conditions: the platform strips them. */
export async function respondForCache(request: ViewerRequest, served: Served): Promise<Response> {
  const { meta } = served;
  if (meta.assetKind === "playlist" || !meta.storable || meta.lengthBytes === null) {
    return respond(request, served);
  }
  const kept = {
    confirmedAtMs: meta.confirmedAtMs,
    freshUntilMs: meta.freshUntilMs,
    swrMs: meta.swrMs,
    sieMs: meta.sieMs,
    originId: meta.originId ?? "",
    contentType: meta.contentType,
    etag: meta.etagBase,
    etagIsWeak: meta.etagIsWeak === true,
    lastModifiedMs: meta.lastModifiedMs,
    immutable: meta.immutable,
    ttlReason: "tiered",
    lengthBytes: meta.lengthBytes,
  };
  const body = await served.take({ kind: "identity" });
  const headers = new Headers(toKeepingHeaders(kept, readClockMs()));
  headers.set(...toMetaHeader(kept));
  headers.set("content-type", meta.contentType);
  return new Response(body, { headers });
}
