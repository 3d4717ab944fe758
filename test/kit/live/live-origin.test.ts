// The origin that everybody is measured against, and the players that measure, over real sockets:
// every fault shows as what it is meant to be, and an answer's lateness is what it was.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeAnswerReader, Player, type Verdict } from "../players/player.ts";
import { readAnswerText, Wire, type WireResult } from "../players/wire.ts";
import { readSteadyMs, sleepMs, sleepUntil } from "./clock.ts";
import { LiveOrigin } from "./origin-server.ts";
import { makeSchedule } from "./schedule.ts";
import type { StationOptions } from "./station.ts";

const SEGMENT_MS = 1_000;
const station: StationOptions = {
  name: "first",
  letter: "a",
  schedule: {
    seed: 1,
    startMs: readSteadyMs() - 30_000,
    segmentMs: SEGMENT_MS,
    jitterShare: 0.2,
    boundMs: null,
  },
  delayMs: 0,
  msnOffset: 100,
  epochMs: Date.UTC(2026, 0, 1),
  windowCount: 5,
  dates: "each",
  renditions: ["v0"],
  blocking: true,
  latencyMs: { there: 5, back: 0 },
  cacheControl: "max-age=1",
};
const schedule = makeSchedule(station.schedule);
const PATH = "/reader/v0/index.m3u8";

let origin: LiveOrigin;
let url: string;
beforeAll(async () => {
  origin = new LiveOrigin(station);
  url = `http://127.0.0.1:${await origin.listen()}`;
});
afterAll(() => origin.close());

function get(path: string, headers = "", timeoutMs = 5_000): Promise<WireResult> {
  const wire = new Wire(url, timeoutMs);
  return new Promise((resolve) => {
    wire.get(path, headers, (result) => {
      wire.close();
      resolve(result);
    });
  });
}

const toText = (result: WireResult) => ("head" in result ? (readAnswerText(result) ?? "") : "");
const toLastMsn = (text: string) =>
  Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) + (text.match(/#EXTINF/g)?.length ?? 0) - 1;

test("shows the version of the moment, and 304 to whoever has it", async () => {
  await waitForQuiet();
  const first = await get(PATH);
  const text = toText(first);
  const newest = schedule.newest(first.doneMs);
  expect(text).toContain(`a0-${String(newest).padStart(6, "0")}.ts\n`);
  expect(toLastMsn(text)).toBe(100 + newest);
  const etag = "head" in first ? /\r\netag: (.+)/i.exec(first.head)?.[1] : "";
  expect((await get(PATH, `if-none-match: ${etag}\r\n`)).status).toBe(304);
});

test("holds a blocking reload until the publication", async () => {
  await waitForQuiet();
  const next = schedule.newest(readSteadyMs()) + 1;
  const result = await get(`${PATH}?_HLS_msn=${100 + next}`);
  expect(toLastMsn(toText(result))).toBe(100 + next);
  expect(result.doneMs).toBeGreaterThanOrEqual(schedule.publishMs(next));
});

test("counts requests by reader and kind", async () => {
  const fromMs = readSteadyMs();
  await get("/other/v0/index.m3u8", "user-agent: weir-probe\r\n");
  await get("/other/v0/index.m3u8?_HLS_msn=1");
  const reads = origin.reads(fromMs, readSteadyMs());
  expect(reads.map(({ reader, isProbe, isBlocking }) => ({ reader, isProbe, isBlocking }))).toEqual(
    [
      { reader: "other", isProbe: true, isBlocking: false },
      { reader: "other", isProbe: false, isBlocking: true },
    ],
  );
});

test.each([
  { fault: "reset", want: "reset" },
  { fault: "hang", want: "timeout" },
  { fault: "error", want: "status 500" },
  { fault: "html", want: "not a playlist" },
  { fault: "truncate", want: "cut" },
] as const)("fails: $fault", async ({ fault, want }) => {
  origin.setFault(fault);
  const read = makeAnswerReader();
  const result = await get(PATH, "", 400);
  origin.setFault(null);
  expect(read(result)).toBe(want);
  expect(read(await get(PATH))).toMatchObject({ newest: { letter: "a" } });
});

test("freezes with 200 OK, and begins again from 0 under other names", async () => {
  await waitForQuiet();
  const before = toLastMsn(toText(await get(PATH)));
  origin.setFault("freeze");
  await sleepMs(SEGMENT_MS * 1.3);
  expect(toLastMsn(toText(await get(PATH)))).toBe(before);
  origin.setFault(null);
  expect(toLastMsn(toText(await get(PATH)))).toBeGreaterThan(before);

  const player: Verdict[] = [];
  const watching = watch(player);
  await sleepMs(SEGMENT_MS);
  origin.setFault("restart");
  const text = toText(await get(PATH));
  expect(text).toContain("#EXT-X-MEDIA-SEQUENCE:0\n");
  expect(text).toContain("a1-");
  await sleepMs(SEGMENT_MS * 1.5);
  watching.stop();
  expect(player.some(({ regression }) => regression === "media sequence went back")).toBe(true);
});

test("a player of an origin without a cache is never late; one that is held back is", async () => {
  const verdicts: Verdict[] = [];
  const watching = watch(verdicts);
  await sleepMs(2 * SEGMENT_MS);
  watching.stop();
  expect(verdicts.length).toBeGreaterThan(1);
  expect(verdicts.map(({ failure }) => failure)).toEqual(verdicts.map(() => null));

  // An answer of before a publication that arrives after it: as late as the publication is old.
  const held = toText(await get(PATH));
  const next = schedule.newest(readSteadyMs()) + 1;
  await sleepUntil(schedule.publishMs(next) + 300);
  const late: Verdict[] = [];
  const stale = { status: 200, head: "", body: Buffer.from(held), sentMs: 0, doneMs: 0 };
  const read = makeAnswerReader();
  const player = new Player(
    { edge: 0, url, playlist: PATH, rhythm: "mixed" },
    new Map([["a", schedule]]),
    () => read(stale),
    (verdict) => void late.push(verdict),
    () => 0,
  );
  player.startIn(0);
  while (late.length === 0) await sleepMs(20);
  player.stop();
  const [verdict] = late;
  expect(verdict?.lateMs).toBeCloseTo((verdict?.atMs ?? 0) - schedule.publishMs(next), 3);
  expect(verdict?.lateMs).toBeGreaterThan(290);
});

function watch(verdicts: Verdict[]): Player {
  const player = new Player(
    { edge: 0, url, playlist: PATH, rhythm: "mixed" },
    new Map([["a", schedule]]),
    makeAnswerReader(),
    (verdict) => void verdicts.push(verdict),
    () => 0,
  );
  player.startIn(0);
  return player;
}

/** Until there is half a segment without a publication. */
async function waitForQuiet(): Promise<void> {
  const next = schedule.newest(readSteadyMs()) + 1;
  if (schedule.publishMs(next) - readSteadyMs() < 1_000)
    await sleepUntil(schedule.publishMs(next) + 50);
}
