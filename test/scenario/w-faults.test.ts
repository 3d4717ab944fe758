// w-: what goes wrong while an event is warmed. Each fault must show as not warm, under its own
// name, and never as warm; when its cause is gone, `resume` warms the rest and nothing else.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type EventCalls, makeEventCalls } from "../kit/event-calls.ts";
import { printVod } from "../kit/playlists.ts";
import type { ScriptedAnswer } from "../kit/scripted-origin.ts";

const REGIONS = ["enam", "weur", "apac"];
let kit: EdgeStack;
let desk: EventCalls;

beforeAll(async () => {
  const ids = ["seeds", "lost", "region", "keys", "slow"];
  kit = await startEdgeStack(
    ids.map((id) => ({ id, mode: "vod" as const })),
    { edges: 3, shim: { evictionChance: 0.1 } },
  );
  desk = makeEventCalls(kit.stack.controlUrl, kit.stack.token);
});
afterAll(() => kit?.stop());

function toGood(id: string, msn: number): ScriptedAnswer {
  return { body: `${id} ${msn} `.repeat(200), headers: { etag: `"${msn}"` } };
}

function script(id: string, count: number, faults: Readonly<Record<number, ScriptedAnswer>> = {}) {
  kit.a.on(`/${id}/index.m3u8`, { body: printVod(count) });
  for (let msn = 0; msn < count; msn++)
    kit.a.on(`/${id}/${msn}.ts`, faults[msn] ?? toGood(id, msn));
}

const reads = (id: string, msn: number) => kit.a.count(`/${id}/${msn}.ts`);
/** Longer than the edge believes that there is no such file, or that an origin is ill. */
const FORGETTING_MS = 8_000;
const forget = () => new Promise((resolve) => setTimeout(resolve, FORGETTING_MS));

describe("faults of the origin", () => {
  const COUNT = 12;
  const BAD = {
    4: { status: 404 },
    5: { body: "half", announcedLength: 4_000, headers: { etag: '"5"' } },
    6: { body: "other bytes", headers: { "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" } },
    7: { status: 503, headers: { "retry-after": "1" } },
    8: { status: 403 },
    9: { body: "private", headers: { "cache-control": "private" } },
  };

  test("each shows under its own name, and resume warms the rest only", async () => {
    script("seeds", COUNT, BAD);
    const id = await desk.order({ title: "Seeds", channel: "seeds", regions: REGIONS });
    const failed = await desk.until(id, ["done", "failed"]);
    expect(failed.state).toBe("failed");
    expect(failed.problem).toBe("18 of 36 objects are not warm.");
    const byPath = new Map<string, Set<string>>();
    for (const { path, failure } of failed.failures) {
      byPath.set(path, (byPath.get(path) ?? new Set()).add(failure));
    }
    const names = Object.fromEntries([...byPath].map(([path, set]) => [path, [...set].join()]));
    expect(names).toEqual({
      "4.ts": "absent",
      "5.ts": "truncated",
      "6.ts": "md5-mismatch",
      "7.ts": "throttled",
      "8.ts": "forbidden",
      "9.ts": "not-cached",
    });
    const { receipt } = await desk.receipt(id);
    expect(receipt.entries.filter(({ warm }) => warm)).toHaveLength(18);
    for (const { path, warm } of receipt.entries) expect(warm, path).toBe(!byPath.has(path));

    const before = [0, 1, 2, 3, 10, 11].map((msn) => reads("seeds", msn));
    expect(before).toEqual([3, 3, 3, 3, 3, 3]);
    script("seeds", COUNT);
    await forget();
    expect(await desk.say(id, "resume")).toBe(202);
    const done = await desk.until(id, ["done", "failed"]);
    expect(done).toMatchObject({ state: "done", problem: null, deadLetters: 0 });
    expect([0, 1, 2, 3, 10, 11].map((msn) => reads("seeds", msn))).toEqual(before);
  }, 90_000);
});

describe("a cache that forgets", () => {
  test("is found out by the next look, and warmed again", async () => {
    script("lost", 6);
    const id = await desk.order({ channel: "lost", regions: ["enam"] });
    await desk.until(id, ["done"]);
    await fetch(`${kit.edge}/_shim/forget?path=/lost/2.ts`);
    expect(await desk.say(id, "verify")).toBe(202);
    const again = await desk.until(id, ["done", "failed"]);
    expect(again).toMatchObject({ state: "done", decays: 1 });
    expect(reads("lost", 2)).toBe(2);
    expect(reads("lost", 3)).toBe(1);
    const { receipt } = await desk.receipt(id);
    expect(receipt.passes.map(({ kind, decays }) => [kind, decays])).toEqual([
      ["run", 0],
      ["look", 1],
    ]);
  });

  test("shows as evicted where nothing may be warmed again", async () => {
    const id = await desk.order({
      channel: "lost",
      regions: ["enam"],
      verify: { rewarm: false },
    });
    await desk.until(id, ["done"]);
    await fetch(`${kit.edge}/_shim/forget?path=/lost/4.ts`);
    await desk.say(id, "verify");
    const failed = await desk.until(id, ["done", "failed"]);
    expect(failed.state).toBe("failed");
    expect(failed.failures).toEqual([{ path: "4.ts", region: "enam", failure: "evicted" }]);
  });
});

describe("a region that is cut off", () => {
  test("is not warm, the others are, and it is made good", async () => {
    script("region", 5);
    await fetch(`${kit.edge}/_shim/vanish?object=weur`);
    const id = await desk.order({ channel: "region", regions: REGIONS });
    const failed = await desk.until(id, ["done", "failed"], 80_000);
    expect(failed.state).toBe("failed");
    expect(failed.places).toEqual([
      { place: "enam", planned: 5, warm: 5, failed: 0 },
      { place: "weur", planned: 5, warm: 0, failed: 5 },
      { place: "apac", planned: 5, warm: 5, failed: 0 },
    ]);
    expect(new Set(failed.failures.map(({ failure }) => failure))).toEqual(
      new Set(["unreachable"]),
    );
    await fetch(`${kit.edge}/_shim/return?object=weur`);
    await desk.say(id, "resume");
    await desk.until(id, ["done"]);
    for (let msn = 0; msn < 5; msn++) expect(reads("region", msn)).toBe(3);
  }, 120_000);
});

describe("credentials that end in the middle", () => {
  test("stop the event with a word, and the rest is warmed with new ones", async () => {
    const COUNT = 24 * 8;
    script("keys", COUNT);
    let isOver = false;
    let served = 0;
    for (let msn = 0; msn < COUNT; msn++) {
      kit.a.on(`/keys/${msn}.ts`, () => {
        served += 1;
        if (served > 60) isOver = true;
        return isOver ? { status: 403 } : toGood("keys", msn);
      });
    }
    const id = await desk.order({ channel: "keys", regions: ["enam"] });
    const failed = await desk.until(id, ["done", "failed"]);
    expect(failed.state).toBe("failed");
    expect(failed.problem).toMatch(/refuses our credentials/);
    expect(failed.objects.warm).toBe(60);
    const warmBefore = new Set(
      (await desk.receipt(id)).receipt.entries.flatMap(({ path, warm }) => (warm ? [path] : [])),
    );
    // Nobody went on asking ten times over.
    expect(served).toBeLessThan(COUNT + 60);
    script("keys", COUNT);
    const before = new Map([...warmBefore].map((path) => [path, kit.a.count(`/keys/${path}`)]));
    await forget();
    await desk.say(id, "resume");
    expect(await desk.until(id, ["done", "failed"])).toMatchObject({ state: "done" });
    for (const [path, count] of before) expect(kit.a.count(`/keys/${path}`), path).toBe(count);
  }, 90_000);
});

describe("an origin with a pace", () => {
  // How exactly the pace is kept is measured by `npm run bench -- preload`, where nobody else
  // works: on a busy machine a call comes late and its places with it. Never do they come early.
  test("has no place before its time, in all regions together", async () => {
    const COUNT = 60;
    const RATE = 20;
    script("slow", COUNT);
    const atMs: number[] = [];
    for (let msn = 0; msn < COUNT; msn++) {
      kit.a.on(`/slow/${msn}.ts`, () => {
        atMs.push(Date.now());
        return toGood("slow", msn);
      });
    }
    const budget = { requestsPerSecond: RATE };
    const orderedAtMs = Date.now();
    const id = await desk.order({ channel: "slow", regions: ["enam", "weur"], budget });
    const done = await desk.until(id, ["done", "failed"]);
    expect(done.state).toBe("done");
    expect(atMs).toHaveLength(2 * COUNT);
    const seconds = (Math.max(...atMs) - orderedAtMs) / 1_000;
    expect((atMs.length - 1) / seconds).toBeLessThanOrEqual(RATE * 1.05);
  }, 90_000);
});
