// l-: the first origin of a live channel fails in every way there is, while viewers watch. With a
// replica they see nothing; with an origin of its own numbers and names they see one discontinuity.
// Nobody gets an error, and no number goes back.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { FAULTS } from "../kit/live/origin-fault.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { type LiveSight, toUris, watchLive } from "../kit/live-viewer.ts";

const SEGMENT_MS = 1_000;
/** How late a viewer may be at the most: a frozen origin has to be told from a late one. */
const LATE_MS_MAX = 2_000;
let kit: EdgeStack;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      ...FAULTS.map((fault) => ({ id: `${fault}-same`, origins: ["a", "b"] as const })),
      ...FAULTS.map((fault) => ({
        id: `${fault}-other`,
        origins: ["a", "b"] as const,
        replicas: "independent" as const,
      })),
      { id: "lone" },
    ],
    { shim: { evictionChance: 0 } },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

async function play(id: string, fault: (typeof FAULTS)[number], aligned: boolean) {
  const path = `/${id}/index.m3u8`;
  const first = startLiveScript({ origin: kit.a, path, segmentMs: SEGMENT_MS });
  const second = startLiveScript({
    origin: kit.b,
    path,
    segmentMs: SEGMENT_MS,
    ...(aligned ? {} : { offset: 5_000, name: "other" }),
  });
  scripts.push(first, second);
  const url = `${kit.edge}${path}`;
  await watchLive(url, Date.now() + 4_000);
  const untilMs = Date.now() + 7_000;
  const viewers = Array.from({ length: 3 }, () => watchLive(url, untilMs));
  await new Promise((resolve) => setTimeout(resolve, 500));
  first.setFault(fault);
  const reports = await Promise.all(viewers);
  first.stop();
  second.stop();
  const sights = reports.flatMap((report) => report.sights);
  return {
    failed: reports.flatMap(({ failed }) => failed.map(({ status, text }) => `${status} ${text}`)),
    regressions: reports.reduce((sum, each) => sum + each.regressions, 0),
    changed: reports.flatMap(({ changed }) => changed),
    lateMs: Math.max(...sights.map(toLateMs)),
    last: sights.reduce((a, b) => (b.lastMsn >= a.lastMsn ? b : a)),
  };
}

/** How long ago the segment after the last one was published, as both origins do. */
function toLateMs({ atMs, lastDateMs }: LiveSight): number {
  return atMs - lastDateMs - SEGMENT_MS;
}

describe.concurrent.each(FAULTS)("%s", (fault) => {
  test("with a replica: nothing to be seen", async () => {
    const { failed, regressions, changed, lateMs, last } = await play(`${fault}-same`, fault, true);
    expect(failed).toEqual([]);
    expect(changed).toEqual([]);
    expect(regressions).toBe(0);
    expect(last.discontinuities + last.discontinuitySequence).toBe(0);
    expect(lateMs).toBeLessThan(LATE_MS_MAX);
  });

  test("with another origin: one discontinuity", async () => {
    const id = `${fault}-other`;
    const { failed, regressions, changed, lateMs, last } = await play(id, fault, false);
    expect(failed).toEqual([]);
    expect(changed).toEqual([]);
    expect(regressions).toBe(0);
    expect(last.discontinuities + last.discontinuitySequence).toBe(1);
    expect(lateMs).toBeLessThan(LATE_MS_MAX);
    // What is listed can be had, and is the origin's own file.
    const uri = toUris(last.text).at(-1) ?? "";
    expect(uri).toMatch(/^@t[1-9]\d*\//);
    const media = await fetch(`${kit.edge}/${id}/${uri}`);
    expect(media.status).toBe(200);
    expect(await media.text()).toContain(uri.replace(/^@t\d+\//, ""));
  });
});

test("without anybody else the last good copy stands for a while, then a plain 503", async () => {
  const path = "/lone/index.m3u8";
  const script = startLiveScript({ origin: kit.a, path, segmentMs: SEGMENT_MS });
  scripts.push(script);
  const url = `${kit.edge}${path}`;
  await watchLive(url, Date.now() + 3_000);
  script.setFault("error");
  const startedAtMs = Date.now();
  const { sights, failed, regressions } = await watchLive(url, startedAtMs + 6_000);
  expect(regressions).toBe(0);
  const lastGood = sights.findLast(({ status }) => status === 200)?.atMs ?? 0;
  expect(lastGood - startedAtMs).toBeGreaterThan(1_500);
  expect(lastGood - startedAtMs).toBeLessThan(4_000);
  expect(failed.length).toBeGreaterThan(3);
  for (const { status, text } of failed) {
    expect(status).toBe(503);
    expect(text).toContain("playlist-overdue");
  }
  script.setFault(null);
  await expect
    .poll(async () => (await fetch(url)).status, { timeout: 5_000, interval: 50 })
    .toBe(200);
});
