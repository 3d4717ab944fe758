// What preloading costs and how fast it is: objects per second beside a loop that only reads the
// same objects from the same storage with as many connections, how well an origin's pace is kept,
// and what a plan of ten thousand objects takes beyond the storage's own listing.
//
// The storage is the stack's own, behind a door that counts, and that waits 30 ms before each
// object, as storages on networks do. Without the wait the loop is bound by nothing but this
// machine's cores, of which the edge needs a part for what the loop leaves out: storing, checking,
// and reading back.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Stack } from "../../infra/local/stack.ts";
import { type CountedStorage, startCountedStorage } from "../kit/counted-storage.ts";
import { makeEventCalls } from "../kit/event-calls.ts";
import { readSteadyMs, sleepMs } from "../kit/live/clock.ts";
import { printVod } from "../kit/playlists.ts";
import { NO_DISTANCE, startLiveStack } from "./live-stack.ts";
import { type BenchRow, printRows } from "./rows.ts";

const FILES = 500;
const MEDIA_COUNT = 16;
/** Of one event in one region. */
const CONNECTIONS = 6;
const STORAGE_MS = 30;
const SHARE_GOAL = 0.7;
const RATE = 40;
const RATE_GOAL = 1.05;
const PLAN_FILES = 10_000;
const PLAN_GOAL_MS = 3_000;
const WAIT_MS_MAX = 150_000;

interface Rig {
  readonly stack: Stack;
  readonly door: CountedStorage;
}

async function withStack(delayMs: number, work: (rig: Rig) => Promise<BenchRow[]>) {
  const door = await startCountedStorage(delayMs);
  const channels = ["fast", "paced", "long"].map(
    (id) =>
      `[[channels]]\nid = "${id}"\nmode = "vod"\nplaylist = "index.m3u8"\n` +
      `origins = [{id = "chunks", prefix = "/${id}"}]\n`,
  );
  const stack = await startLiveStack({
    edges: 1,
    catalog:
      `[[origins]]\nid = "chunks"\nkind = "s3"\nendpoint = "${door.url}"\nbucket = "chunks"\n` +
      `credentials = "DEMO_CHUNKS"\n${channels.join("")}[probe]\ninterval_ms = 60000\n`,
    shim: { ...NO_DISTANCE, evictionChance: 0 },
  });
  try {
    door.open(stack.storage);
    return await work({ stack, door });
  } finally {
    await stack.stop();
    await door.stop();
  }
}

async function upload({ door }: Rig, id: string, count: number, bodies: readonly Uint8Array[]) {
  const names = Array.from({ length: count }, (_, msn) => msn);
  const work = async () => {
    for (let msn = names.pop(); msn !== undefined; msn = names.pop()) {
      const bytes = bodies[msn % bodies.length] ?? new Uint8Array();
      await door.put(`${id}/${msn}.ts`, new Uint8Array(bytes));
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await door.put(`${id}/index.m3u8`, printVod(count));
}

/** Runs a held event; how long it took from its run to its last file, milliseconds. */
async function runEvent({ stack }: Rig, event: object): Promise<number> {
  const calls = makeEventCalls(stack.controlUrl, stack.token);
  const id = await calls.order({ ...event, hold: true, regions: ["enam"] });
  await calls.until(id, ["planned"], WAIT_MS_MAX);
  await calls.say(id, "run");
  await calls.until(id, ["done"], WAIT_MS_MAX);
  const [pass] = (await calls.receipt(id)).receipt.passes;
  return pass === undefined ? Number.NaN : pass.endedAtMs - pass.startedAtMs;
}

/** Reads the same objects with as many connections and does nothing else. */
async function readBare({ door }: Rig, id: string, count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, msn) => msn);
  const startedMs = readSteadyMs();
  const work = async () => {
    for (let msn = names.pop(); msn !== undefined; msn = names.pop()) {
      const response = await fetch(`${door.url}/chunks/${id}/${msn}.ts`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  return readSteadyMs() - startedMs;
}

async function measureThroughput(rig: Rig, name: string, isJudged: boolean): Promise<BenchRow> {
  const media = await Promise.all(
    Array.from({ length: MEDIA_COUNT }, (_, index) => readFile(toMedia(`v360/${index}.m4s`))),
  );
  await upload(rig, "fast", FILES, media);
  const bareMs = await readBare(rig, "fast", FILES);
  const oursMs = await runEvent(rig, { channel: "fast" });
  const [ours, peer] = [(FILES * 1_000) / oursMs, (FILES * 1_000) / bareMs];
  const floor = isJudged ? SHARE_GOAL : 0;
  return {
    bench: "preload",
    row: name,
    ours,
    peer,
    peerName: "bare GET loop",
    limit: null,
    unit: "objects/s",
    ratio: ours / peer,
    floor,
    goal: floor,
    pass: ours / peer >= floor,
  };
}

async function measurePace(rig: Rig): Promise<BenchRow> {
  const count = RATE * 6;
  await upload(rig, "paced", count, [new TextEncoder().encode("a small object ".repeat(40))]);
  const from = rig.door.requests.length;
  await runEvent(rig, { channel: "paced", budget: { requestsPerSecond: RATE } });
  const atMs = rig.door.requests
    .slice(from)
    .flatMap(({ atMs: at, method, path }) =>
      method === "GET" && path.endsWith(".ts") ? [at] : [],
    );
  const seconds = (Math.max(...atMs) - Math.min(...atMs)) / 1_000;
  const ours = (atMs.length - 1) / seconds;
  return toCostRow(`pace of ${RATE}/s at the storage`, ours, RATE, "requests/s", {
    ratio: ours / RATE,
    goal: RATE_GOAL,
  });
}

async function measurePlan(rig: Rig): Promise<BenchRow> {
  await upload(rig, "long", PLAN_FILES, [new TextEncoder().encode("tiny")]);
  const calls = makeEventCalls(rig.stack.controlUrl, rig.stack.token);
  const listing = await timeListing(rig);
  const startedMs = readSteadyMs();
  const id = await calls.order({ channel: "long", hold: true, regions: ["enam"] });
  await calls.until(id, ["planned"], WAIT_MS_MAX);
  const tookMs = readSteadyMs() - startedMs;
  const plan = await calls.plan(id);
  if (plan.files !== PLAN_FILES) throw new Error(`The plan has ${plan.files} files.`);
  const ours = Math.max(0, tookMs - listing);
  return toCostRow(`plan of ${PLAN_FILES} objects beyond its listing`, ours, null, "ms", {
    ratio: ours,
    goal: PLAN_GOAL_MS,
  });
}

/** Time of the storage for all pages of the listing, one after the other. */
async function timeListing({ door }: Rig): Promise<number> {
  const startedMs = readSteadyMs();
  let token: string | null = null;
  do {
    const more: string = token === null ? "" : `&continuation-token=${encodeURIComponent(token)}`;
    const url = `${door.url}/chunks?list-type=2&prefix=long%2F${more}`;
    const text = await (await fetch(url)).text();
    token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? null;
  } while (token !== null);
  return readSteadyMs() - startedMs;
}

function toCostRow(
  row: string,
  ours: number,
  limit: number | null,
  unit: string,
  { ratio, goal }: { readonly ratio: number; readonly goal: number },
): BenchRow {
  const judged = { ratio, floor: goal, goal, pass: ratio <= goal };
  const base = { bench: "preload", row, ours, peer: null, peerName: null, limit, unit };
  return { ...base, ...judged, lessIsBetter: true };
}

function toMedia(name: string): string {
  return fileURLToPath(new URL(`../../infra/local/media/files/${name}`, import.meta.url));
}

const rows = [
  ...(await withStack(STORAGE_MS, async (rig) => [
    await measureThroughput(rig, `warming, storage at ${STORAGE_MS} ms`, true),
    await measurePace(rig),
  ])),
  ...(await withStack(0, async (rig) => [
    await measureThroughput(rig, "warming, storage in memory (not judged)", false),
    await measurePlan(rig),
  ])),
];
process.stdout.write(printRows(rows, process.argv.includes("--json")));
// Sockets that are kept alive would keep the process, too.
await sleepMs(0);
process.exit(0);
