// Asks the preload worker's objects how the newest events are getting on, and the hot keeper what
// it did, for /metrics. Whoever does not answer is left out; a scrape must not fail because of it.
// It does NOT ask again for what has ended a moment ago (ended-events.ts).

import type { EventLine, EventProgress } from "../core/contract/events.ts";
import { HOT_TITLE, toHotBudget } from "../core/warm/hot-keeping.ts";
import { readClockMs, within } from "../platform/clock.ts";
import { askMain, askObject } from "./api/ask-object.ts";
import { EndedEvents, type EventReading } from "./ended-events.ts";
import type { Env } from "./env.ts";
import { type PreloadSources, toShownEvents } from "./preload-metrics.ts";

/** The one list of events. */
const ALL = "all";
/** Lines among which the newest events of people are looked for. */
const LINES_READ = 200;
const ASK_MS_MAX = 3_000;

/** What this isolate has heard of events that have ended. */
const ENDED = new EndedEvents();

/** What the metrics of preloading are made of. */
export async function readPreloads(env: Env): Promise<PreloadSources> {
  const [events, hot] = await Promise.all([readEvents(env), readHot(env)]);
  return { events, hot };
}

async function readEvents(env: Env): Promise<readonly EventProgress[]> {
  const ask = { beforeId: null, limit: LINES_READ };
  const lines = await orNull(askObject(env.EVENT_LIST, ALL, (list) => list.list(ask)));
  const shown = toShownEvents(lines ?? [], HOT_TITLE);
  const readings = await Promise.all(shown.map((line) => readEvent(env, line)));
  const known = readings.filter((reading) => reading !== null);
  ENDED.keep(known);
  return known.map(({ progress }) => progress);
}

async function readEvent(env: Env, line: EventLine): Promise<EventReading | null> {
  const atMs = readClockMs();
  const held = ENDED.find(line, atMs);
  if (held !== null) return held;
  const progress = await orNull(askObject(env.EVENTS, line.id, (event) => event.progress()));
  return progress === null ? null : { progress, atMs };
}

async function readHot(env: Env): Promise<PreloadSources["hot"]> {
  const view = await orNull(askMain(env.HOT, (keeper) => keeper.view()));
  if (view === null || view.rules === null) return null;
  const { rules, keeping } = view;
  const filesLeft = toHotBudget(keeping, rules, readClockMs()).files;
  return { filesLeft, orders: keeping.orders.length };
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  const settled = asked.catch(() => null);
  const answer = await within(settled, ASK_MS_MAX);
  return answer === "late" ? null : answer;
}
