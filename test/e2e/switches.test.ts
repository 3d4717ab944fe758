// Real players over twenty switches between two packagers that agree on nothing but the picture and
// the clock: other numbers, other names, other cuts; with sound and subtitles in playlists of their
// own. Each switch is forced: the origin that feeds the channel fails in a way drawn by chance,
// until the other one feeds it. hls.js and Shaka Player play side by side all the while.
//
// What a viewer feels is asserted with the bounds that the project promises: no fatal error, no
// standstill above 1 s, and the playhead never goes back. WEIR_SEED replays a run's draws.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import { claimPort } from "../../infra/local/ports.ts";
import { type Stack, startStack } from "../../infra/local/stack.ts";
import { makeChance } from "../kit/chance.ts";
import { openViewer, startBrowser, type Viewer, waitForStart } from "./kit/browser.ts";
import { type HlsSite, startHlsSite } from "./kit/hls-page.ts";
import { printPlayReport } from "./kit/play-gauge.ts";
import { makeScratch } from "./kit/scratch.ts";
import { type ShakaSite, startShakaSite } from "./kit/shaka-page.ts";
import { loadSwitchMedia } from "./kit/switch-media.ts";
import { SWITCH_FAULTS, SwitchOrigin } from "./kit/switch-origin.ts";

const SWITCHES = Number(process.env["WEIR_SWITCHES"] ?? 20);
const SEED = Number(process.env["WEIR_SEED"] ?? Date.now() % 1_000_000);
const STALL_MS_MAX = 1_000;
const PLAYED_SHARE = 0.95;
const START_WAIT_MS = 20_000;
/** Longest wait for a switch: whether it was quick is measured elsewhere. */
const SWITCH_MS_MAX = 15_000;
/** Playing between two switches. */
const PLAY_MS_MIN = 2_500;
const PLAY_MS_MAX = 6_000;
const PLAYLIST = "/show/video/index.m3u8";

const scratch = makeScratch();
let browser: Browser;
let hls: HlsSite;
let shaka: ShakaSite;
let stack: Stack;
let origins: readonly SwitchOrigin[];

beforeAll(async () => {
  const media = await loadSwitchMedia(`${scratch.path}/video`);
  origins = [ALIGNED_SCHEME, UNALIGNED_SCHEME].map((scheme) => new SwitchOrigin(media, scheme));
  const urls = await Promise.all(origins.map((origin) => origin.listen()));
  browser = await startBrowser();
  hls = await startHlsSite();
  shaka = await startShakaSite();
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  stack = await startStack({
    ports: { edges: [await claim()], control: await claim(), storage: await claim() },
    demo: false,
    unaligned: false,
    catalog: printCatalog(urls),
    data: null,
    bindings: { WEIR_LOG: "quiet" },
    log: (line) => console.log(`  stack: ${line}`),
  });
});
afterAll(async () => {
  await browser?.close();
  await hls?.stop();
  await shaka?.stop();
  await stack?.stop();
  await Promise.all((origins ?? []).map((origin) => origin.stop()));
});

test("twenty switches that no player notices", { timeout: 600_000 }, async () => {
  const edgeUrl = stack.edgeUrls[0] ?? "";
  const source = `${edgeUrl}/show/master.m3u8`;
  const viewers = {
    "hls.js": await openHlsJs(edgeUrl, source),
    "Shaka Player": await openShaka(edgeUrl, source),
  };
  for (const viewer of Object.values(viewers)) {
    expect((await waitForStart(viewer, START_WAIT_MS)).startedAfterMs).not.toBeNull();
  }
  const startedAtMs = Date.now();
  const chance = makeChance(SEED);
  console.log(`  seed ${SEED}`);
  for (let count = 1; count <= SWITCHES; count += 1) {
    await pause(PLAY_MS_MIN + chance() * (PLAY_MS_MAX - PLAY_MS_MIN));
    await forceSwitch(count, edgeUrl, chance);
  }
  await pause(PLAY_MS_MAX);
  const lastedSeconds = (Date.now() - startedAtMs) / 1000;

  for (const [name, viewer] of Object.entries(viewers)) {
    const report = await viewer.report();
    const cues = await viewer.page.evaluate("seenCues");
    console.log(`  ${name}: ${printPlayReport(report)}, ${cues} subtitles`);
    expect
      .soft(
        report.stalls.filter(({ lastedMs }) => lastedMs > STALL_MS_MAX),
        name,
      )
      .toEqual([]);
    expect
      .soft(
        report.jumps.filter(({ seconds }) => seconds < 0),
        name,
      )
      .toEqual([]);
    // The rest is what each cut leaves out: the packagers cut 0.7 s apart.
    expect
      .soft(report.playedSeconds, name)
      .toBeGreaterThan(PLAYED_SHARE * lastedSeconds - SWITCHES);
    expect.soft(await viewer.page.evaluate("fatals"), name).toEqual([]);
    expect.soft(viewer.faults, name).toEqual([]);
    expect
      .soft(
        viewer.replies.filter(({ status }) => status >= 400),
        name,
      )
      .toEqual([]);
    expect.soft(cues, name).toBeGreaterThan(SWITCHES);
  }
});

/** Fails the origin that feeds the channel until the other one does. */
async function forceSwitch(count: number, edgeUrl: string, chance: () => number): Promise<void> {
  const before = await readFeed(edgeUrl);
  const victim = origins[before];
  const fault = SWITCH_FAULTS[Math.floor(chance() * SWITCH_FAULTS.length)] ?? "reset";
  victim?.setFault(fault);
  const startedAtMs = Date.now();
  while ((await readFeed(edgeUrl)) === before) {
    if (Date.now() - startedAtMs > SWITCH_MS_MAX) {
      throw new Error(`Switch ${count} (${fault}) did not happen in ${SWITCH_MS_MAX / 1000} s.`);
    }
    await pause(100);
  }
  const tookMs = Date.now() - startedAtMs;
  console.log(`  switch ${count}: origin ${before + 1}, ${fault}, after ${tookMs} ms`);
  // A fault that outlasts the switch: the other one has to carry the channel alone for a while.
  await pause(1_000 * chance());
  victim?.setFault(null);
}

/** Whose segment is the newest: 0 or 1. A failed answer counts as no switch. */
async function readFeed(edgeUrl: string): Promise<0 | 1> {
  const text = await (await fetch(edgeUrl + PLAYLIST)).text();
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  return last.includes(UNALIGNED_SCHEME.naming.stem) ? 1 : 0;
}

async function openHlsJs(edgeUrl: string, source: string): Promise<Viewer> {
  const viewer = await openViewer(browser, { edgeUrl });
  await viewer.page.goto(hls.toUrl(source));
  return viewer;
}

async function openShaka(edgeUrl: string, source: string): Promise<Viewer> {
  const viewer = await openViewer(browser, { edgeUrl });
  await viewer.page.goto(shaka.toUrl(source));
  await viewer.page.evaluate(`
    window.fatals = [];
    window.seenCues = 0;
    player.addEventListener("error", ({ detail }) => {
      if (detail.severity === 2) window.fatals.push(detail.code);
    });
    // Shaka shows its cues through the element's own track; each start is counted once.
    const known = new Set();
    setInterval(() => {
      for (const track of document.querySelector("video").textTracks) {
        for (const cue of track.cues ?? []) known.add(cue.startTime + cue.text);
      }
      window.seenCues = known.size;
    }, 200);
    const show = () => {
      const [track] = player.getTextTracks();
      if (track === undefined) return setTimeout(show, 100);
      player.selectTextTrack(track);
      player.setTextTrackVisibility?.(true);
    };
    show();
  `);
  return viewer;
}

function printCatalog(urls: readonly string[]): string {
  const tables = urls.map(
    (url, index) => `[[origins]]\nid = "o${index + 1}"\nkind = "http"\nurl = "${url}"\n`,
  );
  return `${tables.join("\n")}
[[channels]]
id = "show"
mode = "live"
origins = ["o1", "o2"]
`;
}

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
