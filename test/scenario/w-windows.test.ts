// w-: what an event may be about besides a whole playlist (files by name, what a storage has below
// a prefix, what a live playlist announces while it is on), and that it looks again by itself
// before its crowd comes, warms what a cache has forgotten, and goes on waiting.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReceiptEntry } from "../../workers/core/contract/receipts.ts";
import { type CountedStorage, startCountedStorage } from "../kit/counted-storage.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type EventCalls, makeEventCalls } from "../kit/event-calls.ts";
import { printLive, printVod } from "../kit/playlists.ts";

const MINUTE_MS = 60_000;
const SEGMENT_MS = 2_000;
const LIVE_WINDOW = 5;
let door: CountedStorage;
let kit: EdgeStack;
let desk: EventCalls;
const startedAtMs = Date.now();

beforeAll(async () => {
  door = await startCountedStorage();
  kit = await startEdgeStack(
    [
      { id: "live" },
      { id: "soon", mode: "vod" },
      { id: "later", mode: "vod" },
      { id: "other", mode: "vod" },
    ],
    {
      edges: 2,
      shim: { evictionChance: 0 },
      toml: () => `
[[origins]]
id = "chunks"
kind = "s3"
endpoint = "${door.url}"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "lib"
mode = "vod"
playlist = "index.m3u8"
origins = [{id = "chunks", prefix = "/lib"}]
`,
    },
  );
  desk = makeEventCalls(kit.stack.controlUrl, kit.stack.token);
  door.open(kit.stack.storage);
  for (const part of ["s1", "s2"]) {
    for (let msn = 0; msn < 3; msn++) await door.put(`lib/${part}/${msn}.ts`, `${part} ${msn}`);
    await door.put(`lib/${part}/notes.txt`, "no media");
  }
  for (const id of ["soon", "later", "other"]) {
    kit.a.on(`/${id}/index.m3u8`, { body: printVod(4) });
    for (let msn = 0; msn < 4; msn++) kit.a.on(`/${id}/${msn}.ts`, { body: `${id} ${msn}` });
  }
  kit.a.on("/live/index.m3u8", () => {
    const last = LIVE_WINDOW + Math.floor((Date.now() - startedAtMs) / SEGMENT_MS);
    return { body: printLive(last - LIVE_WINDOW + 1, last) };
  });
  kit.a.onPrefix("/live/", { body: "a live segment" });
}, 60_000);
afterAll(async () => {
  await kit?.stop();
  await door?.stop();
});

const toPaths = (entries: readonly ReceiptEntry[]) =>
  [...new Set(entries.map(({ path }) => path))].sort();

describe("files by name", () => {
  test("planned, run and proven: those and no others", async () => {
    const paths = ["s1/0.ts", "s2/2.ts", "s1/0.ts"];
    const id = await desk.order({ channel: "lib", paths, regions: ["enam", "weur"], hold: true });
    await desk.until(id, ["planned"]);
    expect(await desk.plan(id)).toMatchObject({ files: 2, objects: 4, filesOfUnknownLength: 0 });
    await desk.say(id, "run");
    expect(await desk.until(id, ["done", "failed"])).toMatchObject({ state: "done", coverage: 1 });
    const { receipt } = await desk.receipt(id);
    expect(toPaths(receipt.entries)).toEqual(["s1/0.ts", "s2/2.ts"]);
    expect(receipt.entries.every(({ warm, isCompared }) => warm && isCompared)).toBe(true);
    expect((await desk.call(`/events/${id}/receipts`)).status).toBe(200);
  });

  test("a path that leaves the channel is refused with its name", async () => {
    const id = await desk.order({ channel: "lib", paths: ["../other/0.ts"], regions: ["enam"] });
    const failed = await desk.until(id, ["done", "failed"]);
    expect(failed.problem).toBe('The channel "lib" serves no "../other/0.ts".');
    expect(kit.a.count("/other/0.ts")).toBe(0);
  });
});

describe("what a storage has below a prefix", () => {
  test("its media, and nothing else", async () => {
    const id = await desk.order({ channel: "lib", prefix: "s2/", regions: ["weur"] });
    expect(await desk.until(id, ["done", "failed"])).toMatchObject({ state: "done" });
    const { receipt } = await desk.receipt(id);
    expect(toPaths(receipt.entries)).toEqual(["s2/0.ts", "s2/1.ts", "s2/2.ts"]);
    const seen = await fetch(`${kit.stack.edgeUrls[1]}/lib/s2/1.ts`);
    expect(seen.headers.get("cache-status")).toMatch(/; hit/);
    expect(await seen.text()).toBe("s2 1");
  });

  test("nothing below it: refused", async () => {
    const id = await desk.order({ channel: "lib", prefix: "s9/", regions: ["weur"] });
    expect((await desk.until(id, ["done", "failed"])).state).toBe("failed");
    expect((await desk.plan(id)).refusals.map(({ reason }) => reason)).toEqual(["no-files"]);
  });
});

describe("a live window", () => {
  test("is followed: what is announced becomes warm, once, until the event is over", async () => {
    const until = new Date(Date.now() + 8_000).toISOString();
    const window = { kind: "follow", until };
    const id = await desk.order({ channel: "live", regions: ["enam"], window });
    await desk.until(id, ["following"]);
    const before = (await desk.receipt(id)).receipt;
    const done = await desk.until(id, ["done", "failed"]);
    expect(done).toMatchObject({ state: "done", problem: null });
    const { receipt } = await desk.receipt(id);
    const paths = toPaths(receipt.entries);
    expect(paths.length).toBeGreaterThanOrEqual(toPaths(before.entries).length + 2);
    for (const path of paths) expect(kit.a.count(`/live/${path}`), path).toBe(1);
  }, 60_000);
});

describe("before the crowd comes", () => {
  /** So many minutes and a few seconds before its start: the look is near. */
  const order = (channel: string, minutes: number) =>
    desk.order({
      channel,
      regions: ["enam"],
      startsAt: new Date(Date.now() + minutes * MINUTE_MS + 8_000).toISOString(),
      leadSeconds: 7_200,
    });

  test("half an hour and five minutes: what a cache forgot is warm again", async () => {
    const ids = { later: await order("later", 30), soon: await order("soon", 5) };
    for (const [channel, id] of Object.entries(ids)) {
      const ran = await desk.until(id, ["done"]);
      expect(ran.decays).toBe(0);
      await (await fetch(`${kit.edge}/_shim/forget?path=/${channel}/2.ts`)).text();
    }
    for (const [channel, id] of Object.entries(ids)) {
      await expect
        .poll(async () => (await desk.receipt(id)).receipt.passes.length, { timeout: 30_000 })
        .toBe(2);
      const again = await desk.progress(id);
      expect(again).toMatchObject({ state: "done", coverage: 1, decays: 1 });
      // Half an hour before it another look is to come, five minutes before it none.
      const waits = again.nextAtMs === null ? null : again.nextAtMs - Date.now();
      if (channel === "soon") expect(waits).toBeNull();
      else expect(Math.round((waits ?? 0) / MINUTE_MS)).toBe(25);
      expect([1, 2].map((msn) => kit.a.count(`/${channel}/${msn}.ts`))).toEqual([1, 2]);
      expect((await fetch(`${kit.edge}/${channel}/2.ts`)).headers.get("cache-status")).toMatch(
        /; hit/,
      );
    }
  }, 60_000);
});
