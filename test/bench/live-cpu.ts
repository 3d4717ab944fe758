// What a cached live playlist costs: CPU time of workerd per request (user + system, all threads)
// of the whole edge without the shim, against a bare worker that returns the same bytes and
// headers (bare-worker.ts). Both are asked in turns by the same few connections, so that a slow
// second of the machine hits both. Requests per second move with whatever else the machine does;
// CPU per request moves less, and only upwards: caches are cold and buffers full. So the figure of
// each is the lower quartile of its turns.
//
// The channel is live meanwhile: what the edge spends on following it is part of the price.

import { type Child, startChild } from "../kit/child-calls.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { toQuantile } from "../kit/players/figures.ts";
import { Wire, type WireAnswer } from "../kit/players/wire.ts";
import { type BareAnswer, startBareWorkers } from "./bare-worker.ts";
import type { LoadCounts, LoadOptions } from "./live-load.ts";
import { LIVE_BENCH } from "./live-rows.ts";
import type { Rig } from "./live-run.ts";
import { printLiveCatalog, startLiveStack } from "./live-stack.ts";
import type { BenchRow } from "./rows.ts";
import { readCpuUs, readWorkerds } from "./workerd-process.ts";

const GOAL = 1.25;
const ROUNDS = 7;
const TURN_MS = 1_000;
const WARM_MS = 1_000;
const CONNECTIONS = 16;
/** About 100 KB of playlist. */
const DVR_COUNT = 3_400;
const GZIP = "accept-encoding: gzip, deflate, br\r\n";

interface Case {
  readonly name: string;
  readonly path: string;
  readonly headers: string;
  readonly conditional: boolean;
}

const CASES: readonly Case[] = [
  { name: "live playlist", path: "/cpu/v0/index.m3u8", headers: GZIP, conditional: false },
  { name: "live playlist, plain", path: "/cpu/v0/index.m3u8", headers: "", conditional: false },
  { name: "304", path: "/cpu/v0/index.m3u8", headers: GZIP, conditional: true },
  { name: "DVR of 100 KB, plain", path: "/dvr/v0/index.m3u8", headers: "", conditional: false },
  { name: "DVR of 100 KB", path: "/dvr/v0/index.m3u8", headers: GZIP, conditional: false },
];

export async function measureCpu(rig: Rig, station: StationOptions): Promise<readonly BenchRow[]> {
  // Whoever measures speed does without the modest heap of the local stack.
  process.env["MINIFLARE_WORKERD_V8_FLAGS"] ??= "";
  const dvr: StationOptions = {
    ...station,
    name: "dvr",
    windowCount: DVR_COUNT,
    dates: "first",
    schedule: {
      ...station.schedule,
      startMs: station.schedule.startMs - DVR_COUNT * station.schedule.segmentMs,
    },
  };
  const live = { id: "live", url: await rig.origins.listen({ ...station, name: "cpu" }) };
  const long = { id: "long", url: await rig.origins.listen(dvr) };
  const catalog = printLiveCatalog([
    { id: "cpu", origins: [live] },
    { id: "dvr", origins: [long] },
  ]);
  const before = readWorkerds();
  const stack = await startLiveStack({ edges: 1, catalog, shim: null });
  const [edgePid = 0] = readWorkerds().filter((pid) => !before.includes(pid));
  const load = startChild(new URL("./live-load.ts", import.meta.url));
  try {
    const url = stack.edgeUrls[0] ?? "";
    return await measureCases(load, url, edgePid);
  } finally {
    await load.stop();
    await stack.stop();
  }
}

async function measureCases(load: Child, url: string, edgePid: number) {
  const answers: BareAnswer[] = [];
  for (const one of CASES) answers.push(await capture(url, one));
  const known = readWorkerds();
  const bare = await startBareWorkers(answers);
  const [barePid = 0] = readWorkerds().filter((pid) => !known.includes(pid));
  try {
    const rows: BenchRow[] = [];
    for (const [index, one] of CASES.entries()) {
      const options = { ...one, connections: CONNECTIONS };
      const ours = { ...options, url };
      const limit = { ...options, url: bare.urls[index] ?? "" };
      rows.push(
        await measureCase(
          load,
          one,
          { options: ours, pid: edgePid },
          { options: limit, pid: barePid },
        ),
      );
    }
    return rows;
  } finally {
    await bare.stop();
  }
}

interface Side {
  readonly options: Omit<LoadOptions, "lastsMs">;
  readonly pid: number;
}

async function measureCase(load: Child, one: Case, ours: Side, limit: Side): Promise<BenchRow> {
  const sides = [ours, limit];
  const turns: number[][] = [[], []];
  for (const side of sides) await load.call("run", { ...side.options, lastsMs: WARM_MS });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const side = sides[at];
      if (side !== undefined) turns[at]?.push(await takeTurn(load, one, side));
    }
  }
  const [ourUs = Number.NaN, limitUs = Number.NaN] = turns.map((few) => toQuantile(few, 0.25));
  const ratio = ourUs / limitUs;
  return {
    bench: LIVE_BENCH,
    row: `CPU: ${one.name}`,
    ours: ourUs,
    peer: null,
    peerName: null,
    limit: limitUs,
    unit: "µs/request",
    ratio,
    floor: GOAL,
    goal: GOAL,
    pass: ratio <= GOAL,
  };
}

/** CPU microseconds per request of one turn. */
async function takeTurn(load: Child, one: Case, { options, pid }: Side): Promise<number> {
  const beforeUs = readCpuUs(pid);
  const counts = await load.call<LoadCounts>("run", { ...options, lastsMs: TURN_MS });
  const usedUs = readCpuUs(pid) - beforeUs;
  const { ok, notModified, failed } = counts;
  const all = ok + notModified + failed;
  const wrong = failed + (one.conditional ? 0 : notModified);
  if (wrong > 0) throw new Error(`${one.name}: ${wrong} of ${all} answers were none.`);
  if (one.conditional && notModified < 0.9 * all) {
    throw new Error(`${one.name}: only ${notModified} of ${all} answers were 304.`);
  }
  return usedUs / all;
}

/** The edge's answer as it is now, for the bare worker to repeat. */
async function capture(url: string, one: Case): Promise<BareAnswer> {
  const first = await ask(url, one.path, one.headers);
  const etag = /\r\netag: *(.+)/i.exec(first.head)?.[1] ?? "";
  const condition = one.conditional ? `if-none-match: ${etag}\r\n` : "";
  const { status, head, body } = await ask(url, one.path, one.headers + condition);
  const headers = head
    .split("\r\n")
    .slice(1)
    .map(
      (line) =>
        [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()] as const,
    )
    .filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name));
  return { status, headers, body: Uint8Array.from(body) };
}

function ask(url: string, path: string, headers: string): Promise<WireAnswer> {
  const wire = new Wire(url, 10_000);
  return new Promise((resolve, reject) => {
    wire.get(path, headers, (result) => {
      wire.close();
      if ("head" in result && result.status < 400) resolve(result);
      else reject(new Error(`${path}: ${JSON.stringify(result).slice(0, 200)}`));
    });
  });
}
