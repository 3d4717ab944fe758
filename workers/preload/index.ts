// The preload worker: consumes batches from the queue and drives the warm agents. Events live in
// their objects; control talks to those directly, so the only page here is a health check.

import { IttyRouter } from "itty-router";
import type { WarmBatch } from "../core/contract/warming.ts";
import { consumeBatch } from "./consume-batch.ts";
import type { Env } from "./env.ts";

export { EventList } from "./event-list.ts";
export { LibraryLister } from "./library-lister.ts";
export { OriginPace } from "./origin-pace.ts";
export { PreloadEvent } from "./preload-event.ts";

const router = IttyRouter();
router.get("/healthz", () => Response.json({ status: "ok" }));
router.all("*", () => new Response("Preload is driven through the control API.", { status: 404 }));

export default {
  fetch: router.fetch as ExportedHandlerFetchHandler<Env>,

  async queue(batch, env) {
    await Promise.all(batch.messages.map((message) => consumeBatch(message, env)));
  },
} satisfies ExportedHandler<Env, WarmBatch>;
