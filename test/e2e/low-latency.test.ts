// Low latency as viewers get it: hls.js and Shaka Player, in their standard settings for it, play
// parts through the edge side by side, a second and a half behind the camera, while the origin is
// asked once for each part and version however many watch. They do not notice that the channel
// moves to another low-latency packager, nor to one without parts. And an ordinary origin gains
// blocking reload. WEIR_LL_SECONDS=300 plays five minutes.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PART_SCHEME } from "../../infra/local/low-latency/origins.ts";
import { PARTS_PER_SEGMENT, toPublicationMs } from "../../infra/local/low-latency/part-clock.ts";
import { toQuantile } from "../kit/players/figures.ts";
import { readPageClock, startBrowser, type Viewer, waitForStart } from "./kit/browser.ts";
import { type HlsSite, startHlsSite } from "./kit/hls-page.ts";
import { printLatency, readLatency, watchLatency } from "./kit/latency-gauge.ts";
import {
  type LowLatencyRig,
  type OriginRequest,
  readFeed,
  startLowLatencyRig,
} from "./kit/low-latency-rig.ts";
import { printPlayReport } from "./kit/play-gauge.ts";
import { type ShakaSite, startShakaSite } from "./kit/shaka-page.ts";

const PLAY_SECONDS = Number(process.env["WEIR_LL_SECONDS"] ?? 60);
const LATENCY_MS_MAX = 2_500;
const STALL_MS_MAX = 1_000;
const PLAYED_SHARE = 0.95;
const START_WAIT_MS = 20_000;
/** Players lose a second or two while they start and win it back by playing a little faster. */
const SETTLE_MS = 20_000;
const LOOK_MS = 2_000;
const SWITCH_MS_MAX = 15_000;
/** Published just before and just after the time that is counted. */
const EDGE_VERSIONS = 2;
const PLAY_BEHIND_MS = 15_000;
const { clock } = PART_SCHEME;
const PART_MS = clock.segmentMs / PARTS_PER_SEGMENT;

let browser: Browser;
let hls: HlsSite;
let shaka: ShakaSite;
let rig: LowLatencyRig | null = null;
const viewers = new Map<string, Viewer>();

beforeAll(async () => {
  browser = await startBrowser();
  hls = await startHlsSite();
  shaka = await startShakaSite();
});
afterAll(async () => {
  await browser?.close();
  await hls?.stop();
  await shaka?.stop();
});
afterEach(async () => {
  await Promise.all([...viewers.values()].map((viewer) => viewer.close()));
  viewers.clear();
  await rig?.stop();
  rig = null;
});

test("a second and a half behind, one request per part and version", {
  timeout: 180_000 + 1000 * PLAY_SECONDS,
}, async () => {
  rig = await startLowLatencyRig(["ll-east", "ll-west"]);
  await openBoth(rig);
  const [fromMs, clocks] = [Date.now(), await readClocks()];
  await pause(PLAY_SECONDS * 1000);
  const requests = rig.requests.filter(({ atMs }) => atMs >= fromMs);
  for (const [name, viewer] of viewers) {
    const latency = await readLatency(viewer);
    console.log(`  ${name}: ${printPlayReport(await viewer.report())}, ${printLatency(latency)}`);
    expect.soft(latency.sampleCount, name).toBeGreaterThan(PLAY_SECONDS);
    expect.soft(latency.p95Ms, name).toBeLessThan(LATENCY_MS_MAX);
  }
  await expectUndisturbed(PLAY_SECONDS, clocks);
  expectOneRequestEach(requests);
});

const SWITCHES = [
  { what: "another packager", from: "ll-east", to: "ll-west" },
  { what: "a packager without parts", from: "ll-west", to: "ll-plain" },
] as const;

test.each(SWITCHES)("nobody notices a switch to $what", async ({ what, from, to }) => {
  rig = await startLowLatencyRig([from, to]);
  await openBoth(rig);
  await stopCatchingUp();
  const [fromMs, clocks] = [Date.now(), await readClocks()];
  // A busy machine may have made the channel move already; then it moves back.
  const isFirst = (await readFeed(rig)) === from;
  rig.origins[isFirst ? from : to].fail(500, "playlists");
  await waitForFeed(rig, isFirst ? to : from);
  await pause(PLAY_BEHIND_MS);
  const lastedSeconds = (Date.now() - fromMs) / 1000;
  for (const [name, viewer] of viewers) {
    const report = await viewer.report(clocks.get(name));
    console.log(`  ${name}, ${what}: ${printPlayReport(report)}`);
  }
  // The cut leaves out or repeats less than a segment: the packagers stand 0.7 s apart.
  await expectUndisturbed(lastedSeconds - 2, clocks);
});

test("an ordinary origin: new segments within 100 ms, a tenth of the requests", async () => {
  rig = await startLowLatencyRig(["ll-plain"]);
  const viewer = await rig.open(browser, hls);
  viewers.set("hls.js", viewer);
  expect((await waitForStart(viewer, START_WAIT_MS)).startedAfterMs).not.toBeNull();
  await pause(10_000);
  const fromMs = Date.now();
  await pause(PLAY_SECONDS * 500);
  const reloads = (await viewer.page.evaluate("reloads")) as readonly {
    readonly atMs: number;
    readonly lastName: string;
  }[];
  const seen = new Map<string, number>();
  for (const { atMs, lastName } of reloads) if (!seen.has(lastName)) seen.set(lastName, atMs);
  const lags = [...seen]
    .filter(([, atMs]) => atMs >= fromMs)
    .map(([name, atMs]) => atMs - toPublishedMs(name));
  const asked = viewer.replies.filter(
    ({ url, atMs }) => atMs >= fromMs && /\/v\d+\/index\.m3u8/.test(url),
  );
  const [medianMs, p95Ms] = [toQuantile(lags, 0.5), toQuantile(lags, 0.95)];
  // Whoever polls must ask this often to be as fresh: a poll is half its spacing late on average.
  const pollsPerVersion = clock.segmentMs / Math.max(1, 2 * medianMs);
  console.log(
    `  hls.js, ordinary origin: new segments after ${medianMs} ms (95 %: ${p95Ms} ms), ` +
      `${(asked.length / lags.length).toFixed(2)} requests per version; ` +
      `polling as freshly takes ${pollsPerVersion.toFixed(0)}`,
  );
  expect(lags.length).toBeGreaterThan(PLAY_SECONDS / 2 / (clock.segmentMs / 1000) - 3);
  expect(medianMs).toBeLessThan(100);
  expect(p95Ms).toBeLessThan(250);
  expect(asked.length / lags.length).toBeLessThan(1.2);
  expect(await viewer.page.evaluate("fatals")).toEqual([]);
});

async function openBoth(on: LowLatencyRig): Promise<void> {
  viewers.set("hls.js", await on.open(browser, hls));
  const viewer = await on.open(browser, shaka);
  viewers.set("Shaka Player", viewer);
  // Off by default, as in hls.js: without it the time that starting took is never won back.
  await viewer.page.evaluate(`
    const liveSync = { enabled: true, targetLatency: 0.15, targetLatencyTolerance: 0.15 };
    player.configure({ streaming: { liveSync: { ...liveSync, maxPlaybackRate: 1.2 } } });
  `);
  for (const each of viewers.values()) {
    expect((await waitForStart(each, START_WAIT_MS)).startedAfterMs).not.toBeNull();
    await watchLatency(each);
  }
  await pause(LOOK_MS);
  for (const each of viewers.values()) {
    // Whoever starts on a busy machine is too far behind to catch up by playing faster.
    const { medianMs } = await readLatency(each);
    if (medianMs > LATENCY_MS_MAX) await each.page.evaluate("goToLive()");
  }
  await pause(SETTLE_MS);
  for (const each of viewers.values()) await readLatency(each);
}

/**
 * Whole segments come half a second later than parts let players play. Shaka, told to keep its
 * distance whatever comes, would play faster and run dry again and again; hls.js's page stops by
 * itself where parts end.
 */
async function stopCatchingUp(): Promise<void> {
  const settings = "{ streaming: { liveSync: { enabled: false } } }";
  await viewers.get("Shaka Player")?.page.evaluate(`player.configure(${settings})`);
}

/** Each page's own clock: what starting cost on a busy machine is not what is judged. */
async function readClocks(): Promise<ReadonlyMap<string, number>> {
  const clocks = new Map<string, number>();
  for (const [name, viewer] of viewers) clocks.set(name, await readPageClock(viewer));
  return clocks;
}

async function expectUndisturbed(
  lastedSeconds: number,
  clocks: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [name, viewer] of viewers) {
    const report = await viewer.report(clocks.get(name));
    const long = report.stalls.filter(({ lastedMs }) => lastedMs > STALL_MS_MAX);
    expect.soft(long, name).toEqual([]);
    expect.soft(report.playedSeconds, name).toBeGreaterThan(PLAYED_SHARE * lastedSeconds);
    expect.soft(await readFatals(viewer), name).toEqual([]);
    // Whoever waits for a part that will never come is told so at once.
    const refused = viewer.replies.filter(({ status }) => status >= 400);
    expect.soft(refused.filter(({ url, status }) => status !== 404 || !isPart(url))).toEqual([]);
  }
}

async function readFatals({ page }: Viewer): Promise<unknown> {
  return await page.evaluate(
    "window.fatals ?? window.shakaFaults.filter(({ severity }) => severity === 2)",
  );
}

/** Counted over both players: the edge asks for them all. */
function expectOneRequestEach(requests: readonly OriginRequest[]): void {
  const parts = requests.filter(({ path }) => isPart(path));
  const reloads = requests.filter(({ query }) => query.includes("_HLS_msn="));
  const lists = new Set(reloads.map(({ path }) => path));
  const versions = (PLAY_SECONDS * 1000) / PART_MS;
  console.log(
    `  origins: ${parts.length} requests for ${countKinds(parts)} parts, ${reloads.length} for ` +
      `${countKinds(reloads)} versions of ${lists.size} playlists (${versions} each published)`,
  );
  expect.soft(findRepeated(parts)).toEqual([]);
  expect.soft(findRepeated(reloads)).toEqual([]);
  // With everything else: looks at the standby, reports of what nobody watches.
  const counts = new Map<string, number>();
  for (const { origin, path } of requests) {
    if (!path.endsWith("/index.m3u8")) continue;
    counts.set(`${origin} ${path}`, (counts.get(`${origin} ${path}`) ?? 0) + 1);
  }
  console.log(`  ${[...counts].map(([place, count]) => `${place}: ${count}`).join(", ")}`);
  for (const [place, count] of counts) {
    expect.soft(count, place).toBeLessThanOrEqual(versions + EDGE_VERSIONS);
  }
  expect.soft(parts.length).toBeGreaterThan(versions);
}

const isPart = (url: string) => /\.\d\.m4s$/.test(url);

const toKey = ({ path, query }: OriginRequest) => `${path}?${query}`;

function countKinds(requests: readonly OriginRequest[]): number {
  return new Set(requests.map(toKey)).size;
}

function findRepeated(requests: readonly OriginRequest[]): readonly string[] {
  const keys = requests.map(toKey);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

async function waitForFeed(on: LowLatencyRig, origin: string): Promise<void> {
  const startedAtMs = Date.now();
  while ((await readFeed(on)) !== origin) {
    if (Date.now() - startedAtMs > SWITCH_MS_MAX) throw new Error(`${origin} did not take over.`);
    await pause(100);
  }
  console.log(`  ${origin} feeds the channel after ${Date.now() - startedAtMs} ms`);
}

function toPublishedMs(name: string): number {
  const msn = Number(/(\d+)\.m4s$/.exec(name)?.[1]);
  return toPublicationMs(clock, msn, PARTS_PER_SEGMENT - 1);
}

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
