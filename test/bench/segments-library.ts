// A library on chunk storage, whose listing says which names exist. How soon is an object served
// that was uploaded after the listing was made, and that somebody had asked for in vain before? And
// what do thousands of invented names cost the storage, asked for at three edges at once?

import { type CountedStorage, startCountedStorage } from "../kit/counted-storage.ts";
import { readSteadyMs, sleepMs } from "../kit/live/clock.ts";
import { NO_DISTANCE, startLiveStack } from "./live-stack.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { toRow } from "./segments-rows.ts";

const UPLOADS = 5;
const SERVED_GOAL_MS = 1_000;
const HEADS_GOAL = 10;
const GUESSES_MS = 6_000;
const GUESSES_MAX = 4_000;
const GUESSERS = 30;
/** Their pace: some hundreds of names a second. */
const GUESS_PAUSE_MS = 60;
const LISTED_MS_MAX = 60_000;
const LOOK_MS = 20;

export async function measureLibrary(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  const storage = await startCountedStorage();
  const stack = await startLiveStack({
    edges: rig.options.edges,
    catalog: printCatalog(storage.url),
    shim: NO_DISTANCE,
  });
  try {
    storage.open(stack.storage);
    const { edgeUrls } = stack;
    await untilListed(storage, edgeUrls);
    const waitsMs: number[] = [];
    for (let at = 0; at < UPLOADS; at += 1) waitsMs.push(await upload(storage, edgeUrls, at));
    const guessed = await guess(rig, storage, edgeUrls);
    if (rig.options.detail) console.error({ waitsMs, ...guessed });
    return [
      toRow("uploaded meanwhile: served after at most", Math.max(...waitsMs), SERVED_GOAL_MS, "ms"),
      toRow("invented names: asked of the storage", guessed.headsMax, HEADS_GOAL, "HEADs/s"),
      toRow("invented names: read from the storage", guessed.gets, 0, "GETs"),
    ];
  } finally {
    await stack.stop();
    await storage.stop();
  }
}

/** The listing is there as soon as an invented name costs a question and no read. */
async function untilListed(storage: CountedStorage, edgeUrls: readonly string[]): Promise<void> {
  const untilMs = readSteadyMs() + LISTED_MS_MAX;
  for (let at = 0; readSteadyMs() < untilMs; at += 1) {
    const names = edgeUrls.map((_url, edge) => `listed${at}-${edge}.ts`);
    await Promise.all(names.map((name, edge) => look(edgeUrls[edge] ?? "", name)));
    const gets = storage.requests.filter(
      ({ method, path }) => method === "GET" && names.some((name) => path.endsWith(name)),
    );
    if (gets.length === 0) return;
    await sleepMs(1_000);
  }
  throw new Error("No listing reached the edges.");
}

/** Milliseconds from the upload to the first whole answer of the edge that had refused the name. */
async function upload(storage: CountedStorage, edgeUrls: readonly string[], at: number) {
  const name = `upload${at}.ts`;
  const url = edgeUrls[at % edgeUrls.length] ?? "";
  await look(url, name);
  await storage.put(`library/${name}`, `media ${name}`);
  const uploadedMs = readSteadyMs();
  while ((await look(url, name)) !== 200 && readSteadyMs() < uploadedMs + LISTED_MS_MAX) {
    await sleepMs(LOOK_MS);
  }
  return readSteadyMs() - uploadedMs;
}

async function look(url: string, name: string): Promise<number> {
  const response = await fetch(`${url}/library/${name}`);
  await response.arrayBuffer();
  return response.status;
}

async function guess(rig: SegmentsRig, storage: CountedStorage, edgeUrls: readonly string[]) {
  const before = storage.requests.length;
  const counts = await rig.viewers.stream({
    urls: edgeUrls,
    paths: Array.from({ length: GUESSES_MAX }, (_, at) => `/library/guess${at}.ts`),
    lengthBytes: 0,
    connections: GUESSERS,
    lastsMs: GUESSES_MS,
    countMax: GUESSES_MAX,
    compares: false,
    pauseMs: GUESS_PAUSE_MS,
  });
  const made = storage.requests.slice(before).filter(({ path }) => path.includes("/guess"));
  const heads = made.filter(({ method }) => method === "HEAD");
  const served = Object.entries(counts.faults).filter(([word]) => !/^status (404|503)$/.test(word));
  if (served.length > 0) throw new Error(`Invented names: ${JSON.stringify(counts.faults)}`);
  return {
    names: counts.count,
    headsMax: heads.length / Math.ceil(counts.tookMs / 1000),
    gets: made.length - heads.length,
  };
}

function printCatalog(storageUrl: string): string {
  return `[[origins]]
id = "chunks"
kind = "s3"
endpoint = "${storageUrl}"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "library"
mode = "vod"
playlist = "index.m3u8"
origins = [{id = "chunks", prefix = "/library"}]

[probe]
interval_ms = 60000
`;
}
