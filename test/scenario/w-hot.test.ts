// w-: what nobody planned. What viewers of one region ask for again and again is brought to the
// others, as much of it as the budget allows; and where too few requests are hits something is done
// about it, in the published order, until it helps or somebody is told.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type EventCalls, makeEventCalls } from "../kit/event-calls.ts";
import { printVod } from "../kit/playlists.ts";

const FILES_PER_HOUR = 4;
const HOT_FILES = 6;
/** A window says something from a hundred requests on. */
const ROUND_FILES = 130;
/** More than the lifetime of a second. */
const ROUND_MS = 1_300;
let kit: EdgeStack;
let desk: EventCalls;

interface Hot {
  readonly left: { readonly files: number };
  readonly files: readonly { channel: string; path: string; score: number }[];
  readonly orders: readonly { event: string; channel: string; files: number }[];
  readonly channels: readonly { channel: string; step: string; factor: number }[];
  readonly steps: readonly {
    channel: string;
    step: string;
    factor: number | null;
    leading: string | null;
  }[];
}

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "lib", mode: "vod" },
      { id: "short", mode: "vod", policy: 'ttl = {policy = "fixed", segment_seconds = 1}' },
      { id: "cold", mode: "vod" },
    ],
    {
      edges: 2,
      // What a gate has counted in the last seconds goes with it, and is missed by nobody.
      shim: { evictionChance: 0 },
      toml: () =>
        `[hot]\nfiles_per_hour = ${FILES_PER_HOUR}\nrequests_per_second = 50\nhits_min = 5\n` +
        "every_seconds = 2\nwindow_seconds = 5\n",
    },
  );
  for (const id of ["lib", "short", "cold"])
    kit.a.on(`/${id}/index.m3u8`, { body: printVod(HOT_FILES) });
  kit.a.onPrefix("/lib/", { body: "l".repeat(2_000) });
  kit.a.onPrefix("/cold/", { body: "c".repeat(200) });
  // Nothing stale may stand in: every request after the second waits for the origin.
  const headers = { "cache-control": "max-age=1, stale-while-revalidate=0, stale-if-error=0" };
  kit.a.onPrefix("/short/", { body: "s".repeat(200), headers });
  desk = makeEventCalls(kit.stack.controlUrl, kit.stack.token);
}, 60_000);
afterAll(() => kit?.stop());

async function readHot(): Promise<Hot> {
  return (await (await desk.call("/hot")).json()) as Hot;
}

/** Asks an edge for a file; what the cache said. */
async function ask(edge: number, path: string): Promise<string> {
  const response = await fetch(`${kit.stack.edgeUrls[edge]}${path}`);
  await response.arrayBuffer();
  return response.headers.get("cache-status") ?? "";
}

async function askAll(paths: readonly string[]): Promise<void> {
  const queue = [...paths];
  const work = async () => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) await ask(0, path);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

let newest = 0;
/** How long a file that nobody had is kept now, seconds. */
async function readLifetime(): Promise<number> {
  newest += 1;
  const status = await ask(0, `/short/new-${newest}.ts`);
  // The origin was asked a moment ago, and what is left is cut to whole seconds.
  return Math.ceil(Number(/ttl=(\d+)/.exec(status)?.[1] ?? 0) + 0.5);
}

describe("what nobody planned", () => {
  test("is brought to the other regions, within the budget", async () => {
    const crowd = Array.from({ length: HOT_FILES }, (_, file) =>
      Array.from({ length: 20 - file }, () => `/lib/${file}.ts`),
    );
    const strollers = Array.from({ length: 60 }, (_, file) => `/lib/once-${file}.ts`);
    await askAll([...strollers, ...crowd.flat()]);
    await expect
      .poll(
        async () => {
          // What an isolate has counted goes with the next request.
          await ask(0, "/lib/index.m3u8");
          const { orders } = await readHot();
          return orders.reduce((sum, { files }) => sum + files, 0);
        },
        { interval: 300, timeout: 30_000 },
      )
      .toBe(FILES_PER_HOUR);
    const { orders, files, left } = await readHot();
    expect(left.files).toBe(0);
    expect(files.every(({ path }) => /^\d\.ts$/.test(path))).toBe(true);
    const warm = new Set<string>();
    for (const { event } of orders) {
      await desk.until(event, ["done"]);
      const { receipt } = await desk.receipt(event);
      expect(receipt.title).toBe("Hot files");
      for (const entry of receipt.entries) {
        expect(entry).toMatchObject({ warm: true, failure: null });
        warm.add(entry.path);
      }
    }
    expect(warm.size).toBe(FILES_PER_HOUR);
    for (let file = 0; file < HOT_FILES; file++) {
      const isWarm = warm.has(`${file}.ts`);
      expect(kit.a.count(`/lib/${file}.ts`), `${file}.ts`).toBe(isWarm ? 2 : 1);
      expect(await ask(1, `/lib/${file}.ts`)).toMatch(isWarm ? /; hit/ : /fwd=.*cold/);
    }
  }, 60_000);

  test("too few hits: kept longer until it helps, or told", async () => {
    let round = 0;
    const untilMs = Date.now() + 100_000;
    const has = ({ steps }: Hot, id: string, wanted: string) =>
      steps.some(({ channel, step }) => channel === id && step === wanted);
    /** One more round beside what the other channel asks, and what became of it. */
    const next = async (paths: readonly string[]): Promise<Hot> => {
      const never = Array.from({ length: ROUND_FILES }, (_, file) => `/cold/${round}-${file}.ts`);
      const rest = new Promise((resolve) => setTimeout(resolve, ROUND_MS));
      await Promise.all([askAll([...paths, ...never]), rest]);
      round += 1;
      return readHot();
    };
    // However slow the machine is: a file that was asked for a round ago is too old by now.
    let hot = await readHot();
    const all = Array.from({ length: ROUND_FILES }, (_, file) => `/short/${file}.ts`);
    while (!has(hot, "short", "lengthen") && Date.now() < untilMs) hot = await next(all);
    await expect.poll(() => readLifetime(), { timeout: 20_000 }).toBeGreaterThan(1);
    // And one that is asked for all the time is not.
    const same = Array.from({ length: 2 * ROUND_FILES }, () => "/short/same.ts");
    const isDone = () => has(hot, "short", "recovered") && has(hot, "cold", "report");
    while (!isDone() && Date.now() < untilMs) hot = await next(same);
    const of = (id: string) =>
      hot.steps
        .filter(({ channel }) => channel === id)
        .map(({ step, factor }) => (factor === null ? step : `${step} ${factor}`));
    expect(of("short").slice(0, 2)).toEqual(["analyse", "lengthen 2"]);
    expect(of("short")).toContain("recovered");
    expect(of("short")).not.toContain("report");
    expect(of("cold").slice(0, 3)).toEqual(["analyse", "preload", "report"]);
    const told = hot.steps.find(({ channel, step }) => channel === "cold" && step === "report");
    expect(told?.leading).toBe("cold");
    // Whoever looks at incidents finds it there, with what was tried.
    const page = (await (await desk.call("/incidents")).json()) as {
      incidents: { channels: string[] }[];
    };
    const incident = page.incidents.find(({ channels }) => channels.includes("cold"));
    expect(incident).toMatchObject({ channels: ["cold"], level: "warning", closedAt: null });
  }, 120_000);
});
