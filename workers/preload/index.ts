// The preload worker: consumes batches from the queue and drives the warm agents. Events live in
// their objects; control talks to those directly, so the only page here is a health check.

import { IttyRouter } from "itty-router";
import { acceptsContract } from "../core/contract/message.ts";
import type { WarmBatch, WarmResult } from "../core/contract/warming.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";

export { LibraryLister } from "./library-lister.ts";
export { PreloadEvent } from "./preload-event.ts";

/** Deliveries of one message, the first included; must agree with max_retries in wrangler.toml. */
const ATTEMPTS_MAX = 4;
const RETRY_SECONDS = 2;

const router = IttyRouter();
router.get("/healthz", () => Response.json({ status: "ok" }));
router.all("*", () => new Response("Preload is driven through the control API.", { status: 404 }));

export default {
  fetch: router.fetch as ExportedHandlerFetchHandler<Env>,

  async queue(batch, env) {
    await Promise.all(batch.messages.map((message) => consume(message, env)));
  },
} satisfies ExportedHandler<Env, WarmBatch>;

async function consume(message: Message<WarmBatch>, env: Env): Promise<void> {
  const { body } = message;
  if (!acceptsContract(body.contract)) {
    // A newer neighbour wrote it: leave it for the build that understands it.
    message.retry({ delaySeconds: RETRY_SECONDS });
    return;
  }
  try {
    const results = await Promise.all(body.regions.map((region) => warm(body, region, env)));
    await env.EVENTS.getByName(body.eventId).report(body.batch, results.flat());
    message.ack();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    makeLog(undefined).error("batch failed", { event: body.eventId, batch: body.batch, why });
    if (message.attempts >= ATTEMPTS_MAX) await giveUp(body, env);
    message.retry({ delaySeconds: RETRY_SECONDS * message.attempts });
  }
}

async function warm(body: WarmBatch, region: string, env: Env): Promise<readonly WarmResult[]> {
  return regionObject(env.WARM_AGENTS, region).warm(body.targets);
}

/** The last attempt failed: the event learns that these are not warm and need not wait. */
async function giveUp(body: WarmBatch, env: Env): Promise<void> {
  const results = body.regions.flatMap((region) =>
    body.targets.map((target) => toUnreachable(target, region)),
  );
  await env.EVENTS.getByName(body.eventId)
    .report(body.batch, results)
    .catch(() => undefined);
}

function toUnreachable(target: WarmResult["target"], region: string): WarmResult {
  return {
    target,
    region,
    warm: false,
    failure: "unreachable",
    tier: "none",
    status: 0,
    etag: null,
    lengthBytes: null,
    wasWarm: false,
    tookMs: 0,
  };
}
