// Does what one message of the queue says: reserves its places at the origins, has the region's
// agent work (or looks at the hot tier), and reports to the event. A place that fails or is silent
// is reported as such; whether that is tried again is the event's business, so a message comes back
// only if the event itself could not be told.

import { acceptsContract, CONTRACT_VERSION } from "../core/contract/message.ts";
import type { PaceGrant } from "../core/contract/objects.ts";
import { HOT_TIER_PLACE, type WarmBatch, type WarmReport } from "../core/contract/warming.ts";
import { readClockMs, within } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";
import { lookAtHotTier } from "./hot-look.ts";

/** What an agent may take for a batch beyond its pace; within the event's lease. */
const AGENT_MS_MAX = 80_000;
/** How long one message may go on: other events wait behind it where consumers are few. */
const TURN_MS = 5_000;
/** An agent that has nothing to do answers within the way there and back. */
const HELLO_MS_MAX = 3_000;
const PACE_MS_MAX = 2_000;
const RETRY_SECONDS = 2;
const NOTHING = { contract: CONTRACT_VERSION, paths: [], delayMs: 0, spacingMs: 0 } as const;

/**
 * Works on one message, and then for a while on what the event hands over for the same place: a way
 * over the queue between two batches would leave the place idle. Never rejects.
 */
export async function consumeBatch(message: Message<WarmBatch>, env: Env): Promise<void> {
  if (!acceptsContract(message.body.contract)) {
    // A newer neighbour wrote it: leave it for the build that understands it.
    message.retry({ delaySeconds: RETRY_SECONDS });
    return;
  }
  const turnEndsAtMs = readClockMs() + TURN_MS;
  let next: WarmBatch | null = message.body;
  while (next !== null) {
    const body: WarmBatch = next;
    const log = makeLog(env.WEIR_LOG);
    const told = { event: body.eventId, batch: body.batch, place: body.place };
    const report = await twice(() => work(body, env)).catch((error: unknown) => {
      log.warn("batch failed", { ...told, why: String(error) });
      return null;
    });
    const wantsMore = report !== null && readClockMs() < turnEndsAtMs;
    const { batch, ticket } = body;
    const words = { contract: CONTRACT_VERSION, batch, ticket, report, wantsMore };
    try {
      next = await twice(() => env.EVENTS.getByName(body.eventId).report(words));
    } catch (error) {
      log.error("batch not reported", { ...told, why: String(error) });
      // A batch that was handed over comes back when its lease ends.
      if (body !== message.body) break;
      message.retry({ delaySeconds: RETRY_SECONDS * message.attempts });
      return;
    }
  }
  message.ack();
}

/** An object that was reset is there again with the next call, and a stub of the old one is not. */
async function twice<T>(call: () => Promise<T>): Promise<T> {
  return call().catch(() => call());
}

async function work(body: WarmBatch, env: Env): Promise<WarmReport | null> {
  const { channel, paths, place, mode, connections } = body;
  if (place === HOT_TIER_PLACE) {
    const { HOT_TIER: bucket, GATES: gates, WEIR_HOME_REGION: homeRegion } = env;
    return lookAtHotTier(channel, paths, { bucket, gates, homeRegion });
  }
  const agent = regionObject(env.WARM_AGENTS, place);
  // A region that is cut off must not hold up the others, who share this queue with it.
  const hello = await within(agent.work({ ...NOTHING, mode, channel }), HELLO_MS_MAX);
  if (hello === "late") return null;
  const pace = await reserve(body, env);
  const limit = connections === undefined ? {} : { connections };
  const asked = agent.work({ contract: CONTRACT_VERSION, mode, channel, paths, ...pace, ...limit });
  // A rejection that comes too late must not be nobody's.
  asked.catch(() => undefined);
  const paceMs = pace.delayMs + pace.spacingMs * paths.length;
  const report = await within(asked, AGENT_MS_MAX + paceMs);
  return report === "late" ? null : report;
}

/** The slowest pace of the origins; none where the event has no rate, or only looks. */
async function reserve(
  { paths, origins, requestsPerSecond, mode }: WarmBatch,
  env: Env,
): Promise<PaceGrant> {
  if (requestsPerSecond === null || mode === "look") return { delayMs: 0, spacingMs: 0 };
  const grants = await Promise.all(
    origins.map((origin) => {
      const asked = env.PACES.getByName(origin).reserve({ count: paths.length, requestsPerSecond });
      return within(asked, PACE_MS_MAX);
    }),
  );
  const known = grants.filter((grant) => grant !== "late");
  if (known.length < grants.length) throw new Error("an origin's pace is not known");
  return {
    delayMs: Math.max(0, ...known.map(({ delayMs }) => delayMs)),
    spacingMs: Math.max(0, ...known.map(({ spacingMs }) => spacingMs)),
  };
}
