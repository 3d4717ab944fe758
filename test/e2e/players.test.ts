// Real players on the real stack: hls.js through the player page, Shaka Player on a page of its
// own. They start, they play, and they do not notice that an origin dies or freezes meanwhile.
//
// The figures that a viewer feels are asserted with the bounds that the project promises: start
// within 5 s, no standstill above 2 s, no fatal error. What was measured is printed.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  openViewer,
  readPageClock,
  startBrowser,
  type Viewer,
  waitForStart,
} from "./kit/browser.ts";
import { type DemoStack, startFreeStack, toEdgeUrl } from "./kit/free-stack.ts";
import { type PlayReport, printPlayReport } from "./kit/play-gauge.ts";
import { watchPlaylist } from "./kit/playlist-watch.ts";
import { type ShakaSite, startShakaSite } from "./kit/shaka-page.ts";

const START_MS_MAX = 5_000;
const STALL_MS_MAX = 2_000;
/** A look at a start that came too late is worth more than a test that timed out. */
const START_WAIT_MS = 20_000;
const HALF_MS = 15_000;
/** Of the time that went by; the rest is our own looking and the bounds of a permitted stall. */
const PLAYED_SHARE = 0.95;

let browser: Browser;
let shaka: ShakaSite;
let stack: DemoStack;
let viewer: Viewer;

beforeAll(async () => {
  browser = await startBrowser();
  shaka = await startShakaSite();
});
afterAll(async () => {
  await browser?.close();
  await shaka?.stop();
});
beforeEach(async () => {
  stack = await startFreeStack();
  viewer = await openViewer(browser, { edgeUrl: stack.edgeUrls[0] ?? "" });
});
afterEach(async () => {
  await viewer?.close();
  await stack?.stop();
});

interface PlayerKind {
  readonly name: string;
  readonly open: (channel: "demo" | "demo-vod") => Promise<unknown>;
  /** Everything that the player itself counts as an error. */
  readonly faults: () => Promise<unknown>;
  readonly noFaults: unknown;
}

const PLAYERS: readonly PlayerKind[] = [
  {
    name: "hls.js",
    open: (channel) => viewer.page.goto(`${stack.controlUrl}/#${channel}`),
    faults: async () => ({
      fatals: await viewer.page.locator("#fatals").textContent(),
      trouble: await viewer.page.locator("#trouble").isVisible(),
    }),
    noFaults: { fatals: "0", trouble: false },
  },
  {
    name: "Shaka Player",
    open: (channel) => viewer.page.goto(shaka.toUrl(toEdgeUrl(stack, `/${channel}/master.m3u8`))),
    faults: () => viewer.page.evaluate(() => window.shakaFaults),
    noFaults: [],
  },
];

describe.each(PLAYERS)("$name", (player) => {
  test("plays the live channel while an origin is killed and comes back", async () => {
    await player.open("demo");
    await expectStart();
    await viewer.page.waitForTimeout(HALF_MS);
    expect(toOrigins(viewer, 0)).toEqual(["east"]);

    const killedAtMs = Date.now();
    await stack.demo.origins.east.kill();
    await viewer.page.waitForTimeout(HALF_MS);
    const report = await viewer.report();
    console.log(`  ${player.name}, killed: ${printPlayReport(report)}`);
    expectSmooth(report, 2 * HALF_MS);
    // A version that came from east a moment before the kill may still be handed out.
    expect(toOrigins(viewer, killedAtMs + STALL_MS_MAX)).toEqual(["west"]);

    const revivedAt = await readPageClock(viewer);
    await stack.demo.origins.east.revive();
    await viewer.page.waitForTimeout(HALF_MS);
    const after = await viewer.report(revivedAt);
    console.log(`  ${player.name}, revived: ${printPlayReport(after)}`);
    expectSmooth(after, HALF_MS);
    await expectNoErrors(player);
  });

  test("plays on when an origin freezes: 200 OK, but nothing new", async () => {
    await player.open("demo");
    await expectStart();
    await viewer.page.waitForTimeout(5_000);
    const watch = watchPlaylist(toEdgeUrl(stack, "/demo/v144/index.m3u8"));
    await viewer.page.waitForTimeout(4_000);

    const frozenAtMs = Date.now();
    stack.demo.origins.east.freeze();
    await viewer.page.waitForTimeout(20_000);
    await watch.stop();
    const report = await viewer.report();
    const stoodMs = watch.longestStandstillMs(frozenAtMs);
    const usualMs = watch.longestStandstillMs(watch.sights[0]?.atMs ?? 0, frozenAtMs);
    console.log(
      `  ${player.name}, frozen: ${printPlayReport(report)}; the playlist stood still for ` +
        `${(stoodMs / 1000).toFixed(1)} s (before: ${(usualMs / 1000).toFixed(1)} s)`,
    );
    expectSmooth(report, 29_000);
    expect(watch.sights.at(-1)).toMatchObject({ status: 200, origin: "west" });
    expect(toOrigins(viewer, Date.now() - 5_000)).toEqual(["west"]);
    await expectNoErrors(player);
  });

  test("plays the VOD to its end", async () => {
    await player.open("demo-vod");
    await expectStart();
    await viewer.page.waitForTimeout(8_000);
    const report = await viewer.report();
    console.log(`  ${player.name}, VOD: ${printPlayReport(report)}`);
    expectSmooth(report, 8_000);
    expect(report.jumps).toEqual([]);
    await seekTo(27);
    await viewer.page.waitForFunction(() => document.querySelector("video")?.ended === true);
    await expectNoErrors(player);
  });
});

test("hls.js plays the VOD in MPEG-TS", async () => {
  await viewer.page.goto(`${stack.controlUrl}/`);
  await viewer.page.setContent("<video muted autoplay playsinline></video>");
  await viewer.page.addScriptTag({ url: `${stack.controlUrl}/console/hls.js` });
  await viewer.page.evaluate(
    (url) => {
      const { Hls } = window as unknown as { Hls: typeof import("hls.js").default };
      const faults: string[] = [];
      Object.assign(window, { hlsFaults: faults });
      const hls = new Hls();
      hls.on(Hls.Events.ERROR, (_event, data) => faults.push(`${data.details} ${data.fatal}`));
      hls.loadSource(url);
      const video = document.querySelector("video");
      if (video !== null) hls.attachMedia(video);
    },
    toEdgeUrl(stack, "/demo-vod/ts/master.m3u8"),
  );
  const start = await waitForStart(viewer, START_WAIT_MS);
  expect(start.startedAfterMs).not.toBeNull();
  await viewer.page.waitForTimeout(8_000);
  const report = await viewer.report();
  console.log(`  hls.js, MPEG-TS: ${printPlayReport(report)}`);
  expectSmooth(report, 8_000);
  await seekTo(27);
  await viewer.page.waitForFunction(() => document.querySelector("video")?.ended === true);
  expect(await viewer.page.evaluate("hlsFaults")).toEqual([]);
  expect(viewer.replies.filter(({ status }) => status >= 400)).toEqual([]);
  expect(viewer.replies.some(({ url }) => url.endsWith(".ts"))).toBe(true);
});

async function expectStart(): Promise<void> {
  const { startedAfterMs } = await waitForStart(viewer, START_WAIT_MS);
  expect(startedAfterMs).not.toBeNull();
  expect(startedAfterMs).toBeLessThan(START_MS_MAX);
}

function expectSmooth(report: PlayReport, lastedMs: number): void {
  expect(report.playedSeconds * 1000).toBeGreaterThan(lastedMs * PLAYED_SHARE);
  expect(report.stalls.filter(({ lastedMs: ms }) => ms > STALL_MS_MAX)).toEqual([]);
}

async function expectNoErrors(player: PlayerKind): Promise<void> {
  expect(await player.faults()).toEqual(player.noFaults);
  expect(viewer.faults).toEqual([]);
  expect(viewer.losses).toEqual([]);
  expect(viewer.replies.filter(({ status }) => status >= 400)).toEqual([]);
}

/** The origins of the playlists that came since then. */
function toOrigins({ replies }: Viewer, fromMs: number): readonly (string | null)[] {
  const playlists = replies.filter(({ url, atMs }) => atMs >= fromMs && /\.m3u8/.test(url));
  return [...new Set(playlists.map(({ origin }) => origin))];
}

function seekTo(seconds: number): Promise<void> {
  return viewer.page.evaluate((to) => {
    const video = document.querySelector("video");
    if (video !== null) video.currentTime = to;
  }, seconds);
}
