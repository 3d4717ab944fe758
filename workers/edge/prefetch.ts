// Fetches a file before anybody asks for it, over the very way that a viewer's request takes: so
// it is guarded, keyed and stored as if one had, and viewers who come meanwhile join it. Bounded:
// what finds no room is left to the viewers, who then are what they would have been without this.

import { toInstance } from "../core/http/problem.ts";
import { VIEWER_HEADERS_NONE } from "../core/http/request.ts";
import { parseCanaryId } from "../core/route/canary.ts";
import { readClockMs } from "../platform/clock.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import { walk } from "./pipeline.ts";
import type { Ports } from "./ports.ts";

/** Files that one isolate fetches ahead at once, for all channels. */
export const PREFETCHES_MAX = 24;

/** Remembered, so that a viewer who was quicker than its prefetch can be told from others. */
const PREFETCHED_MAX = 1_024;

export interface PrefetchWish {
  readonly channelId: string;
  /** Path below the channel, with its identity query. */
  readonly name: string;
  readonly cause: "announced" | "hinted";
  /** "/~token" of the request that wished for it: nothing that its viewer may not see. */
  readonly token?: string;
}

/** Starts fetching, unless it is under way or there is no room. Never waits, never fails. */
export function prefetch(
  { channelId, name, cause, token = "" }: PrefetchWish,
  readPolicy: () => Promise<KnownPolicy | null>,
  ports: Ports,
): void {
  const { prefetches, prefetched, measures } = ports.isolate;
  const target = `/${channelId}/${name}`;
  if (prefetches.has(target)) return;
  const hasRoom = prefetches.size < PREFETCHES_MAX;
  const labels = [parseCanaryId(channelId).channelId, cause, hasRoom ? "begun" : "no-room"];
  measures.tally.add("prefetches", labels, {});
  if (!hasRoom) return;
  prefetches.add(target);
  prefetched.add(target);
  const oldest = prefetched.values().next();
  if (prefetched.size > PREFETCHED_MAX && !oldest.done) prefetched.delete(oldest.value);
  const work = run(token + target, readPolicy, {
    ...ports,
    cause,
    origins: ports.originsFor(cause),
    told: { outcome: "", isKnown: false },
  });
  ports.waitUntil(work.finally(() => prefetches.delete(target)));
}

async function run(
  target: string,
  readPolicy: () => Promise<KnownPolicy | null>,
  ports: Ports,
): Promise<void> {
  const mark = target.indexOf("?");
  const known = await readPolicy();
  const request = {
    method: "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: VIEWER_HEADERS_NONE,
    nowMs: readClockMs(),
  };
  try {
    const response = await walk(request, known, ports);
    // Nobody reads along: only the copy on its way into the cache goes on. Workers Cache keeps what
    // was read to its end.
    if (ports.through === null) await response.body?.cancel();
    else await response.body?.pipeTo(new WritableStream());
  } catch (error) {
    ports.log.warn("prefetch failed", { path: toInstance(request.path), why: String(error) });
  }
}
