// Real players that are steered: hls.js and Shaka Player side by side on a live channel that two
// edges serve as two delivery hosts. An operator takes the host out on which they are; both must go
// to the other one with their next manifest, and their viewers must not notice.
//
// Players replace a host's name and keep its port, so the second host is another loopback address
// (kit/host-relay.ts). A calm manifest is read again after five minutes; here the other host is
// drained at first, which makes it ten seconds.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { type Stack, startStack } from "../../infra/local/stack.ts";
import { type HostRelay, RELAY_HOST, startHostRelay } from "../kit/host-relay.ts";
import { openViewer, startBrowser, type Viewer, waitForStart } from "./kit/browser.ts";
import { type HlsSite, startHlsSite } from "./kit/hls-page.ts";
import { printPlayReport } from "./kit/play-gauge.ts";
import { type ShakaSite, startShakaSite } from "./kit/shaka-page.ts";

const START_WAIT_MS = 20_000;
const STALL_MS_MAX = 1_000;
/** A manifest's ten seconds, what players have buffered of playlists, and a busy machine. */
const MOVE_MS_MAX = 30_000;
const PLAY_MS = 8_000;

let browser: Browser;
let hls: HlsSite;
let shaka: ShakaSite;
let stack: Stack;
let relay: HostRelay;
let main = "";

beforeAll(async () => {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  const edges = [await claim(), await claim()];
  const [one = 0, two = 0] = edges;
  browser = await startBrowser();
  hls = await startHlsSite();
  shaka = await startShakaSite();
  relay = await startHostRelay(one, two);
  stack = await startStack({
    ports: { edges, control: await claim(), storage: await claim() },
    demo: true,
    unaligned: false,
    catalog: printCatalog(one),
    data: null,
    bindings: { WEIR_LOG: "quiet" },
    log: (line) => console.log(`  stack: ${line}`),
  });
  main = stack.edgeUrls[0] ?? "";
});
afterAll(async () => {
  await browser?.close();
  await hls?.stop();
  await shaka?.stop();
  await stack?.stop();
  await relay?.kill();
});

function printCatalog(port: number): string {
  const host = (id: string, name: string) =>
    `[[hosts]]\npathway = "${id}"\nurl = "http://${name}:${port}"\n`;
  return `[[channels]]
id = "steered"
mode = "live"
origins = ["east", "west"]
[channels.policy]
steering = true

${host("main", "127.0.0.1")}
${host("spare", RELAY_HOST)}`;
}

async function drain(pathway: string, drained: boolean): Promise<void> {
  const reply = await fetch(`${stack.controlUrl}/api/v1/pathways/${pathway}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${stack.token}`, "content-type": "application/json" },
    body: JSON.stringify({ drained }),
  });
  if (!reply.ok) throw new Error(`${pathway}: ${reply.status} ${await reply.text()}`);
}

async function readTtl(): Promise<number> {
  const reply = await fetch(`${main}/_/steering/steered`);
  return ((await reply.json()) as { TTL: number }).TTL;
}

/** Media of the channel that a viewer got from a host since a moment. */
function countMedia(viewer: Viewer, host: string, fromMs: number): number {
  return viewer.replies.filter(({ url, atMs }) => {
    return atMs >= fromMs && url.startsWith(`${host}/steered/`) && !url.includes("master");
  }).length;
}

test("players go to the other host, and their viewers do not notice", async () => {
  await drain("spare", true);
  // Edges know within a second; whoever asks before is told to come back in five minutes.
  await expect.poll(readTtl, { timeout: 10_000 }).toBeLessThanOrEqual(10);
  const source = `${main}/steered/master.m3u8`;
  const open = async (site: HlsSite | ShakaSite) => {
    const viewer = await openViewer(browser, { edgeUrl: "http://127.0.0." });
    await viewer.page.goto(site.toUrl(source));
    return viewer;
  };
  const viewers = { "hls.js": await open(hls), "Shaka Player": await open(shaka) };
  for (const [name, viewer] of Object.entries(viewers)) {
    expect((await waitForStart(viewer, START_WAIT_MS)).startedAfterMs, name).not.toBeNull();
  }
  await pause(PLAY_MS);
  for (const [name, viewer] of Object.entries(viewers)) {
    expect(countMedia(viewer, main, 0), name).toBeGreaterThan(0);
    expect(countMedia(viewer, relay.url, 0), name).toBe(0);
  }

  await drain("spare", false);
  await drain("main", true);
  const drainedAtMs = Date.now();
  for (const [name, viewer] of Object.entries(viewers)) {
    await expect
      .poll(() => countMedia(viewer, relay.url, drainedAtMs), { timeout: MOVE_MS_MAX })
      .toBeGreaterThan(2);
    console.log(`  ${name} has moved after ${Date.now() - drainedAtMs} ms at the latest`);
  }
  // What was asked for before the move may still end on the old host.
  await pause(PLAY_MS);
  const movedAtMs = Date.now();
  await pause(PLAY_MS);
  for (const [name, viewer] of Object.entries(viewers)) {
    const report = await viewer.report();
    console.log(`  ${name}: ${printPlayReport(report)}`);
    expect.soft(countMedia(viewer, main, movedAtMs), name).toBe(0);
    expect.soft(countMedia(viewer, relay.url, movedAtMs), name).toBeGreaterThan(2);
    const long = report.stalls.filter(({ lastedMs }) => lastedMs > STALL_MS_MAX);
    expect.soft(long, name).toEqual([]);
    const back = report.jumps.filter(({ seconds }) => seconds < 0);
    expect.soft(back, name).toEqual([]);
    expect.soft(viewer.faults, name).toEqual([]);
    const refused = viewer.replies.filter(({ status }) => status >= 400);
    expect.soft(refused, name).toEqual([]);
  }
  expect(await viewers["hls.js"].page.evaluate("fatals")).toEqual([]);
  const faults = await viewers["Shaka Player"].page.evaluate(() => window.shakaFaults);
  expect(faults.filter(({ severity }) => severity === 2)).toEqual([]);
});

function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
