// m-: media in the making: what a low-latency origin hints at. The request of such a part waits at
// the edge until the part is listed; it is the part that the playlist lists later; and the origin,
// which could hold such requests itself, hears of none before its time.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type PartsScript, startPartsScript, toPiece } from "../kit/parts-script.ts";

const BOTH = ["a", "b"] as const;
const CUT = { id: "cut", origins: ["a", "b"], replicas: "independent" } as const;

let kit: EdgeStack;
const scripts: PartsScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "hinted" },
      { id: "dropped" },
      { id: "late" },
      { id: "crowd" },
      { id: "reports" },
      { id: "grow" },
      CUT,
      { id: "plainer", origins: BOTH, replicas: "auto" },
    ],
    { shim: { evictionChance: 0 } },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

async function start(id: string, partSeconds = 0.5): Promise<PartsScript> {
  const script = startPartsScript({ origin: kit.a, path: `/${id}/index.m3u8`, partSeconds });
  scripts.push(script);
  await read(id, "index.m3u8");
  return script;
}

async function read(id: string, path: string) {
  const response = await kit.get(`/${id}/${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function readHint(id: string): Promise<string> {
  const { text } = await read(id, "index.m3u8");
  return /PRELOAD-HINT:TYPE=PART,URI="([^"]*)"/.exec(text)?.[1] ?? "";
}

const pause = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, waitMs));

test("a hinted part waits for its time, and is the part that is listed then", async () => {
  const script = await start("hinted");
  const hint = await readHint("hinted");
  expect(hint).toBe(script.partName(script.lastMsn + 1, 0));
  const waiting = read("hinted", hint);
  expect(await Promise.race([waiting, pause(300)])).toBe(undefined);
  expect(script.fetched.get(hint)).toBe(undefined);
  script.advance();
  expect(await waiting).toMatchObject({ status: 200, text: `[${hint}]` });
  expect((await read("hinted", "index.m3u8")).text).toContain(
    `#EXT-X-PART:DURATION=0.5,URI="${hint}"`,
  );
  expect(await readHint("hinted")).not.toBe(hint);
  expect(await read("hinted", hint)).toMatchObject({ status: 200, text: `[${hint}]` });
  expect(script.fetched.get(hint)).toBe(1);
});

test("over the end of a segment, part after part", async () => {
  const script = scripts[0] as PartsScript;
  for (let count = 0; count < 6; count++) {
    const hint = await readHint("hinted");
    const waiting = read("hinted", hint);
    await pause(50);
    script.advance();
    expect(await waiting).toMatchObject({ status: 200, text: `[${hint}]` });
  }
});

test("many wait for one part, and the origin is asked once", async () => {
  const script = await start("crowd");
  const hint = await readHint("crowd");
  const waiting = Array.from({ length: 30 }, () => read("crowd", hint));
  expect(await Promise.race([...waiting, pause(300)])).toBe(undefined);
  script.advance();
  for (const { status, text } of await Promise.all(waiting)) {
    expect({ status, text }).toEqual({ status: 200, text: `[${hint}]` });
  }
  expect(script.fetched.get(hint)).toBe(1);
});

test("a hint that never comes is no longer waited for when it is overdue", async () => {
  const script = await start("late", 0.25);
  const hint = await readHint("late");
  const answer = await read("late", hint);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("1");
  expect(script.fetched.get(hint)).toBe(undefined);
});

test("a hint that is dropped is 404 at once", async () => {
  const script = await start("dropped");
  const hint = await readHint("dropped");
  const waiting = read("dropped", hint);
  expect(await Promise.race([waiting, pause(200)])).toBe(undefined);
  script.end();
  const answer = await waiting;
  expect(answer.status).toBe(404);
  expect(JSON.parse(answer.text)).toMatchObject({ type: "urn:weir:problem:not-announced" });
});

test("reports are kept fresh by one read per target duration", async () => {
  const names = ["v", "a", "s"];
  const variants = names.map((name) => `#EXT-X-STREAM-INF:BANDWIDTH=1\n${name}/index.m3u8\n`);
  kit.a.on("/reports/index.m3u8", { body: `#EXTM3U\n${variants.join("")}` });
  const all = new Map<string, PartsScript>();
  for (const name of names) {
    const others = names.filter((other) => other !== name);
    const reports = () =>
      others.map((other) => {
        const { lastMsn = 0, lastPart = 0 } = all.get(other) ?? {};
        const last = lastPart < 0 ? [lastMsn, 3] : [lastMsn + 1, lastPart];
        const uri = `../${other}/index.m3u8`;
        return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last[0]},LAST-PART=${last[1]}`;
      });
    const path = `/reports/${name}/index.m3u8`;
    const script = startPartsScript({ origin: kit.a, path, reports });
    scripts.push(script);
    all.set(name, script);
  }
  await read("reports", "index.m3u8");
  const watched = all.get("v") as PartsScript;
  const texts: string[] = [];
  for (let count = 0; count < 16; count++) {
    const [msn, part] = [watched.lastMsn + 1, watched.lastPart + 1];
    const waiting = read("reports", `v/index.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`);
    await pause(500);
    for (const script of all.values()) script.advance();
    texts.push((await waiting).text);
  }
  const { lastMsn, lastPart } = watched;
  const want = lastPart < 0 ? [lastMsn, 3] : [lastMsn + 1, lastPart];
  for (const name of ["a", "s"]) {
    const report = new RegExp(`^#EXT-X-RENDITION-REPORT:URI="../${name}/index.m3u8",(.*)$`, "m");
    expect(report.exec(texts.at(-1) ?? "")?.[1]).toBe(`LAST-MSN=${want[0]},LAST-PART=${want[1]}`);
    const count = [...(all.get(name)?.asked.values() ?? [])].reduce((sum, each) => sum + each, 0);
    // Eight seconds are four target durations.
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(5);
  }
});

test("a cut within a segment closes it with the parts that were shown", async () => {
  const path = "/cut/index.m3u8";
  const first = startPartsScript({ origin: kit.a, path });
  const second = startPartsScript({ origin: kit.b, path, name: "n", firstMsn: 500 });
  scripts.push(first, second);
  for (const script of [first, second]) script.run();
  // Both are known, and the cut falls behind the second part of four.
  const untilMs = Date.now() + 5_000;
  while (Date.now() < untilMs || first.lastPart !== 1) {
    await read("cut", "index.m3u8");
    await pause(20);
  }
  await pause(150);
  const msn = first.lastMsn + 1;
  // Somebody has watched them: after the cut their origin has nothing any more.
  for (const part of [0, 1]) await read("cut", first.partName(msn, part));
  const hint = await readHint("cut");
  expect(hint).toBe(first.partName(msn, 2));
  const waitingPart = read("cut", hint);
  const waitingList = read("cut", `index.m3u8?_HLS_msn=${msn}&_HLS_part=2`);
  first.fail({ status: 500 });
  const part = await waitingPart;
  expect(part.status).toBe(404);
  const { status, text } = await waitingList;
  expect(status).toBe(200);
  const uri = /^@parts\/.*$/m.exec(text)?.[0] ?? "";
  expect(text).toContain(`#EXTINF:1.000,\n${uri}\n`);
  const after = await read("cut", `index.m3u8?_HLS_msn=${msn + 1}`);
  expect(after.text).toContain(`\n${uri}\n#EXT-X-DISCONTINUITY\n`);
  expect(after.text).toMatch(/^@t1\/n\d+\.mp4$/m);
  const parts = `[${first.partName(msn, 0)}][${first.partName(msn, 1)}]`;
  for (let count = 0; count < 2; count++) {
    const segment = await read("cut", uri);
    expect(segment).toMatchObject({ status: 200, text: parts });
    expect(segment.headers.get("content-length")).toBe(String(parts.length));
    expect(segment.headers.get("content-type")).toBe("video/mp4");
  }
  const range = await fetch(`${kit.edge}/cut/${uri}`, { headers: { range: "bytes=3-20" } });
  expect({ status: range.status, text: await range.text() }).toEqual({
    status: 206,
    text: parts.slice(3, 21),
  });
  expect((await read("cut", uri.replace(/\d+\.mp4$/, "1.mp4"))).status).toBe(404);
});

test("ranges of a growing file are right while it grows, and when it is whole", async () => {
  const script = startPartsScript({ origin: kit.a, path: "/grow/index.m3u8", ranges: true });
  scripts.push(script);
  await read("grow", "index.m3u8");
  const msn = script.lastMsn + 1;
  const readRange = async (range: string) => {
    const response = await fetch(`${kit.edge}/grow/m${msn}.mp4`, { headers: { range } });
    return { status: response.status, text: await response.text() };
  };
  for (let part = 0; part < 4; part++) {
    // The last byte that there could be: players do not know how long the part will be.
    const waiting = readRange(`bytes=${part * 10}-9007199254740991`);
    expect(await Promise.race([waiting, pause(150)])).toBe(undefined);
    script.advance();
    expect(await waiting).toEqual({ status: 206, text: toPiece(msn, part) });
    const { status, text } = await readRange("bytes=0-9");
    expect({ status, text }).toEqual({ status: 206, text: toPiece(msn, 0) });
  }
  const pieces = [0, 1, 2, 3].map((part) => toPiece(msn, part)).join("");
  expect(await read("grow", `m${msn}.mp4`)).toMatchObject({ status: 200, text: pieces });
});

test("a switch to the same without parts is not seen, and nobody waits in vain", async () => {
  const path = "/plainer/index.m3u8";
  const startedAtMs = Date.now() - 212_000;
  const first = startPartsScript({ origin: kit.a, path, startedAtMs });
  const second = startPartsScript({
    origin: kit.b,
    path,
    startedAtMs,
    plain: true,
    blocking: false,
  });
  scripts.push(first, second);
  for (const script of [first, second]) script.run();
  const untilMs = Date.now() + 8_000;
  while (Date.now() < untilMs || first.lastPart !== 1) {
    const [msn, part] = [first.lastMsn + 1, first.lastPart + 1];
    await read("plainer", `index.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`);
  }
  first.fail({ status: 500 });
  const statuses: number[] = [];
  let text = "";
  const from = first.lastMsn + 1;
  for (let count = 0; count < 4; count++) {
    const answer = await read("plainer", `index.m3u8?_HLS_msn=${from + count}`);
    statuses.push(answer.status);
    text = answer.text;
  }
  expect(statuses).toEqual([200, 200, 200, 200]);
  expect(text).not.toContain("#EXT-X-DISCONTINUITY\n");
  expect(text).not.toContain("@parts");
});
