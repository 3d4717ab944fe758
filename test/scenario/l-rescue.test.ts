// l-: the first origin of a live channel fails in every way there is, while viewers watch. With a
// replica they see nothing; with an origin of its own numbers and names they see one discontinuity.
// Nobody gets an error, and no number goes back.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { FAULTS } from "../kit/live/origin-fault.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { type LiveSight, toUris, watchLive } from "../kit/live-viewer.ts";

const SEGMENT_MS = 1_000;
/** Of the channels that have one origin only. */
const TARGET_MS = 2_000;
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
      ...["freeze", "error", "reset", "hang"].map((fault) => ({ id: `lone-${fault}` })),
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

/** One answer, and how many target durations had passed when it was asked for and given. */
interface Sample {
  readonly from: number;
  readonly to: number;
  readonly status: number;
  readonly cache: string;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** Asks until `untilTargets`; the count of target durations begins at `sinceMs`. */
async function sample(url: string, sinceMs: number, untilTargets: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const toTargets = () => (Date.now() - sinceMs) / TARGET_MS;
  while (toTargets() < untilTargets) {
    const from = toTargets();
    const { status, headers, text } = await fetch(url).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    }));
    const cache = headers.get("cache-status") ?? "";
    const retryAfter = headers.get("retry-after");
    samples.push({ from, to: toTargets(), status, cache, text, retryAfter });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return samples;
}

describe.concurrent("without anybody else the last good copy stands for a while", () => {
  // Spec C9, in target durations. A frozen origin is counted from its last publication: as long as
  // a playlist may stay the same nothing is wrong, then the copy stands in, and at three it ends.
  // One that fails is counted from the failure; the last confirmation may be up to one publication
  // older. `hit`: nothing is wrong; `copy`: 200, as a hit or in place of an error; then 503.
  const rows = [
    { fault: "freeze", hitUntil: 1.5, copyUntil: 3, goneFrom: 3 },
    { fault: "error", hitUntil: 0.4, copyUntil: 1.9, goneFrom: 3 },
    { fault: "reset", hitUntil: 0.4, copyUntil: 1.9, goneFrom: 3 },
    { fault: "hang", hitUntil: 0.4, copyUntil: 1.9, goneFrom: 3 },
  ] as const;
  /** Looks are a tenth of a second apart, and the machine is busy. */
  const SLACK = 0.15;

  test.for(rows)("$fault", async ({ fault, hitUntil, copyUntil, goneFrom }, { expect }) => {
    const path = `/lone-${fault}/index.m3u8`;
    const script = startLiveScript({ origin: kit.a, path, segmentMs: TARGET_MS });
    scripts.push(script);
    const url = `${kit.edge}${path}`;
    await watchLive(url, Date.now() + 2 * TARGET_MS);
    // Just after a publication has reached the viewers.
    const newest = script.newest() + 1;
    await expect
      .poll(async () => (await fetch(url)).text(), { timeout: 10_000, interval: 20 })
      .toContain(`s${newest}.ts`);
    script.setFault(fault);
    const sinceMs = fault === "freeze" ? script.publishedAtMs(newest) : Date.now();
    const samples = await sample(url, sinceMs, goneFrom + 1);
    const wrong = samples.filter(({ from, to, status, cache, text, retryAfter }) => {
      if (status === 200 && to < hitUntil - SLACK) return !cache.startsWith("weir; hit");
      if (status === 503) {
        const isPlain = text.includes("playlist-overdue") && Number(retryAfter) >= 1;
        return !isPlain || from < copyUntil - SLACK;
      }
      return status !== 200 || from > goneFrom + SLACK;
    });
    expect(wrong).toEqual([]);
    expect(samples.some(({ from, status }) => status === 503 && from > goneFrom)).toBe(true);
    expect(samples.some(({ cache }) => /fwd=stale; .*detail=playlist-overdue/.test(cache))).toBe(
      true,
    );
    script.setFault(null);
    await expect
      .poll(async () => (await fetch(url)).status, { timeout: 10_000, interval: 50 })
      .toBe(200);
  });
});
