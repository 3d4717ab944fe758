// The life of an event, step by step: what is asked of the object that runs it, and what it says of
// itself at the end.

import { describe, expect, test } from "vitest";
import { FOLLOW_EVERY_MS, LEAD_MS, toNextAtMs } from "../../../workers/core/warm/apply-event.ts";
import { toProgress } from "../../../workers/core/warm/progress.ts";
import { TRIES_MAX } from "../../../workers/core/warm/retry.ts";
import { LEASE_MS } from "../../../workers/core/warm/sending.ts";
import {
  Driven,
  EXPECTED,
  GONE,
  HIT,
  MISS,
  REQUEST,
  SILENT,
  seeWarm,
  toFiles,
} from "./sightings.ts";

const failure = (driven: Driven) =>
  Object.fromEntries(
    driven.event.batches.flatMap(({ place, tasks }) =>
      tasks.map((task) => [`${place} ${task.path}`, task.failure]),
    ),
  );

describe("an event", () => {
  test("is planned, run and done", () => {
    const driven = new Driven();
    driven.give({ kind: "clock" });
    expect(driven.event.state).toBe("planning");
    expect(driven.asked).toEqual(["plan"]);
    driven.plan(toFiles(3));
    expect(driven.event.state).toBe("running");
    expect(driven.sent.map(({ place, paths }) => [place, paths.length])).toEqual([
      ["enam", 3],
      ["weur", 3],
    ]);
    driven.answerAll(seeWarm);
    expect(driven.event).toMatchObject({ state: "done", problem: null });
    expect(toProgress(driven.event, driven.nowMs)).toMatchObject({
      objects: { planned: 6, warm: 6, failed: 0 },
      bytes: { planned: 600, warm: 600 },
      coverage: 1,
      inFlight: 0,
    });
    expect(toNextAtMs(driven.event, driven.nowMs)).toBeNull();
  });

  test("is refused with words and planned again when somebody resumes it", () => {
    const driven = new Driven().plan([], false, "The edge answers 404 for /show/index.m3u8.");
    expect(driven.event).toMatchObject({
      state: "failed",
      problem: "The edge answers 404 for /show/index.m3u8.",
    });
    driven.give({ kind: "act", action: "resume" });
    expect(driven.event.state).toBe("planning");
    driven.plan(toFiles(1));
    expect(driven.event.state).toBe("running");
  });

  test("plans again after a plan that broke, and gives up in the end", () => {
    const driven = new Driven();
    driven.give({ kind: "clock" });
    for (let tries = 1; tries < 5; tries++) {
      driven.give({ kind: "plan-broke", detail: "the storage is away" });
      expect(driven.event.state).toBe("planning");
      const nextAtMs = toNextAtMs(driven.event, driven.nowMs) ?? 0;
      driven.give({ kind: "clock" }, nextAtMs - driven.nowMs);
    }
    driven.give({ kind: "plan-broke", detail: "the storage is away" });
    expect(driven.event.problem).toBe("Planning failed: the storage is away");
    expect(driven.asked.filter((each) => each === "plan")).toHaveLength(5);
  });

  test("holds until it is told to run", () => {
    const driven = new Driven({ ...REQUEST, hold: true }).plan(toFiles(1));
    expect(driven.event.state).toBe("planned");
    expect(driven.sent).toEqual([]);
    driven.give({ kind: "act", action: "run" });
    expect(driven.sent).toHaveLength(2);
  });

  test("waits for its time, and is looked at again 30 and 5 minutes before the crowd", () => {
    const startsAtMs = 1_000_000 + 3 * 3_600_000;
    const driven = new Driven({ ...REQUEST, startsAtMs }).plan(toFiles(1));
    expect(driven.event.state).toBe("scheduled");
    expect(toNextAtMs(driven.event, driven.nowMs)).toBe(startsAtMs - LEAD_MS);
    driven.give({ kind: "clock" }, startsAtMs - LEAD_MS - driven.nowMs);
    driven.answerAll(seeWarm);
    for (const beforeMs of [1_800_000, 300_000]) {
      expect(toNextAtMs(driven.event, driven.nowMs)).toBe(startsAtMs - beforeMs);
      driven.give({ kind: "clock" }, startsAtMs - beforeMs - driven.nowMs);
      expect(driven.event.state).toBe("verifying");
      expect(driven.sent).toEqual([]);
      expect(driven.asked.at(-1)).toBe("list");
      driven.give({ kind: "listed", files: toFiles(1) });
      expect(driven.sent.map(({ mode }) => mode)).toEqual(["look", "look"]);
      driven.answerAll(seeWarm);
      expect(driven.event.state).toBe("done");
    }
    expect(toNextAtMs(driven.event, driven.nowMs)).toBeNull();
    expect(driven.event.passes.map(({ kind, warm, of }) => [kind, warm, of])).toEqual([
      ["run", 2, 2],
      ["look", 2, 2],
      ["look", 2, 2],
    ]);
  });

  test("says what is not warm, and resume asks for that only", () => {
    const driven = new Driven().plan(toFiles(4));
    const isHole = (path: string, place: string) => path === "2.ts" && place === "weur";
    driven.answerAll((path, batch) =>
      isHole(path, batch.place) ? { path, first: GONE, second: null } : seeWarm(path, batch),
    );
    expect(driven.event).toMatchObject({
      state: "failed",
      problem: "1 of 8 objects are not warm.",
    });
    expect(toProgress(driven.event, driven.nowMs).failures).toEqual([
      { path: "2.ts", region: "weur", failure: "absent" },
    ]);
    driven.give({ kind: "act", action: "resume" });
    driven.give({ kind: "listed", files: toFiles(4) });
    expect(driven.sent.map(({ place, paths, mode }) => [place, paths, mode])).toEqual([
      ["weur", ["2.ts"], "warm"],
    ]);
    driven.answerAll(seeWarm);
    expect(driven.event).toMatchObject({ state: "done", problem: null });
  });

  test("tries again what may end better, later and later, then leaves it as a dead letter", () => {
    const driven = new Driven({ ...REQUEST, regions: ["enam"] }).plan(toFiles(1));
    const sentAtMs: number[] = [];
    driven.answerAll((path) => {
      sentAtMs.push(driven.nowMs);
      return { path, first: MISS, second: MISS };
    });
    expect(sentAtMs).toHaveLength(TRIES_MAX);
    const waits = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(toProgress(driven.event, driven.nowMs)).toMatchObject({
      state: "failed",
      deadLetters: 1,
      failures: [{ path: "0.ts", region: "enam", failure: "not-cached" }],
    });
  });

  test("a share of warm objects may be enough", () => {
    const request = { ...REQUEST, regions: ["enam"], verify: { coverage: 0.5 } };
    const driven = new Driven(request).plan(toFiles(2));
    driven.answerAll((path, batch) =>
      path === "0.ts" ? { path, first: GONE, second: null } : seeWarm(path, batch),
    );
    expect(driven.event.state).toBe("done");
    expect(toProgress(driven.event, driven.nowMs).coverage).toBe(0.5);
  });
});

describe("words of people", () => {
  test.each([
    ["planned", "verify", "An event that is planned cannot be verified; wait until it is done."],
    ["done", "run", "An event that is done cannot be run; only a planned or scheduled one can."],
    ["done", "pause", "An event that is done cannot be paused."],
    ["done", "cancel", "An event that is done has nothing left to cancel."],
    [
      "running",
      "resume",
      "An event that is running cannot be resumed; only a paused or failed one can.",
    ],
    ["running", "dance", 'There is no action "dance".'],
  ])("%s: %s", (state, action, want) => {
    const driven = new Driven({ ...REQUEST, hold: state === "planned" }).plan(toFiles(1));
    if (state === "done") driven.answerAll(seeWarm);
    expect(driven.event.state).toBe(state);
    const before = driven.event;
    driven.give({ kind: "act", action });
    expect(driven.asked.at(-1)).toBe(`refused: ${want}`);
    expect(driven.event).toBe(before);
  });

  test("paused: nothing goes out, what is out still counts, resume goes on there", () => {
    const driven = new Driven({ ...REQUEST, regions: ["enam"] }).plan(toFiles(24 * 4));
    expect(driven.sent).toHaveLength(3);
    driven.give({ kind: "act", action: "pause" });
    driven.answer(seeWarm, 3);
    expect(driven.sent).toEqual([]);
    expect(toProgress(driven.event, driven.nowMs).objects.warm).toBe(72);
    driven.give({ kind: "act", action: "resume" });
    expect(driven.sent.map(({ batch }) => batch)).toEqual([3]);
    driven.answerAll(seeWarm);
    expect(driven.event.state).toBe("done");
  });

  test("cancelled is the end", () => {
    const driven = new Driven().plan(toFiles(100));
    driven.give({ kind: "act", action: "cancel" });
    const out = driven.sent.length;
    driven.answer(seeWarm, out);
    driven.give({ kind: "act", action: "resume" });
    expect(driven.sent).toEqual([]);
    expect(driven.event.state).toBe("cancelled");
    expect(toNextAtMs(driven.event, driven.nowMs)).toBeNull();
  });
});

describe("a look", () => {
  const warmed = (verify?: { rewarm?: boolean }) => {
    const request = { ...REQUEST, regions: ["enam"], ...(verify === undefined ? {} : { verify }) };
    const driven = new Driven(request).plan(toFiles(3));
    driven.answerAll(seeWarm);
    driven.give({ kind: "act", action: "verify" });
    return driven;
  };

  test("finds what was evicted, and warms it again", () => {
    const driven = warmed();
    driven.give({ kind: "listed", files: toFiles(3) });
    driven.answer((path, batch) =>
      path === "1.ts" ? { path, first: MISS, second: null } : seeWarm(path, batch),
    );
    expect(failure(driven)["enam 1.ts"]).toBe("evicted");
    expect(toProgress(driven.event, driven.nowMs)).toMatchObject({
      decays: 1,
      objects: { warm: 2 },
    });
    expect(driven.sent.map(({ mode, paths }) => [mode, paths])).toEqual([["warm", ["1.ts"]]]);
    driven.answerAll(seeWarm);
    expect(driven.event).toMatchObject({ state: "done", decays: 1 });
    expect(driven.event.passes.at(-1)).toMatchObject({ kind: "look", decays: 1, warm: 3, of: 3 });
  });

  test("only tells if nothing may be warmed again", () => {
    const driven = warmed({ rewarm: false });
    driven.give({ kind: "listed", files: toFiles(3) });
    driven.answerAll((path) => ({ path, first: MISS, second: null }));
    expect(driven.event).toMatchObject({
      state: "failed",
      problem: "3 of 3 objects are not warm.",
    });
    expect(new Set(Object.values(failure(driven)))).toEqual(new Set(["evicted"]));
  });

  test("believes nobody who does not answer", () => {
    const driven = warmed({ rewarm: false });
    driven.give({ kind: "listed", files: toFiles(3) });
    driven.answerAll((path) => ({ path, first: SILENT, second: null }));
    expect(new Set(Object.values(failure(driven)))).toEqual(new Set(["unreachable"]));
  });

  test("compares with what the storage holds by now", () => {
    const driven = warmed({ rewarm: false });
    const [a, ...rest] = toFiles(3);
    if (a === undefined) throw new Error("no file");
    driven.give({
      kind: "listed",
      files: [{ ...a, expected: { ...EXPECTED, etag: "v2" } }, ...rest],
    });
    expect(driven.states()["0.ts"]).toBe("queued");
    driven.answerAll((path, { mode }) =>
      mode === "look" ? { path, first: HIT, second: null } : { path, first: HIT, second: HIT },
    );
    expect(failure(driven)["enam 0.ts"]).toBe("validator-mismatch");
  });

  test("proves nothing without a listing", () => {
    const driven = warmed();
    for (let tries = 0; tries < 5; tries++) {
      driven.give({ kind: "list-broke", detail: "403" });
      driven.give({ kind: "clock" }, 60_000);
    }
    expect(driven.event).toMatchObject({
      state: "failed",
      problem: "The storage could not be listed again: 403",
    });
    expect(driven.sent).toEqual([]);
  });
});

describe("what gets lost", () => {
  test("a sending that nobody reports goes out again, and its late proof counts", () => {
    const driven = new Driven({ ...REQUEST, regions: ["enam"] }).plan(toFiles(2));
    const [lost] = driven.sent.splice(0);
    if (lost === undefined) throw new Error("nothing was sent");
    driven.give({ kind: "clock" }, LEASE_MS);
    expect(driven.sent.map(({ ticket }) => ticket)).toEqual([2]);
    driven.sent.unshift(lost);
    driven.answer(seeWarm);
    expect(driven.states()).toEqual({ "0.ts": "warm", "1.ts": "warm" });
    // The second sending is still out.
    expect(driven.event.state).toBe("running");
    driven.answer(() => null);
    expect(driven.states()).toEqual({ "0.ts": "warm", "1.ts": "warm" });
    expect(driven.event.state).toBe("done");
  });

  test("a proof from before an eviction proves nothing after it", () => {
    const driven = new Driven({ ...REQUEST, regions: ["enam"], verify: { rewarm: false } });
    driven.plan(toFiles(1));
    const first = driven.sent[0];
    driven.answerAll(seeWarm);
    driven.give({ kind: "act", action: "verify" });
    driven.give({ kind: "listed", files: toFiles(1) });
    driven.answer((path) => ({ path, first: MISS, second: null }));
    driven.give({ kind: "act", action: "resume" });
    driven.give({ kind: "listed", files: toFiles(1) });
    if (first !== undefined) driven.sent.push(first);
    driven.sent.reverse();
    driven.answer(seeWarm);
    expect(driven.states()).toEqual({ "0.ts": "queued" });
  });

  test("after a loss of memory the wait for reports is short, and a plan is made anew", () => {
    const driven = new Driven().plan(toFiles(2));
    driven.give({ kind: "woke" });
    const nextAtMs = toNextAtMs(driven.event, driven.nowMs) ?? 0;
    expect(nextAtMs - driven.nowMs).toBeLessThan(LEASE_MS / 2);
    const other = new Driven();
    other.give({ kind: "clock" });
    expect(other.give({ kind: "clock" }, 10)).toEqual([]);
    expect(other.give({ kind: "woke" }, 10)).toEqual([{ kind: "plan" }]);
  });
});

describe("pressure", () => {
  const throttled = { ...GONE, status: 502, words: "a answered 503" };

  test("lowers the pace, and it comes back bit by bit", () => {
    const driven = new Driven({ ...REQUEST, budget: { requestsPerSecond: 12 } }).plan(toFiles(100));
    expect(driven.sent[0]?.requestsPerSecond).toBe(12);
    driven.answer((path) => ({ path, first: throttled, second: null }));
    expect(driven.event.share).toBe(0.5);
    for (let index = 0; index < 4; index++) driven.answer(seeWarm);
    expect(driven.event.share).toBe(1);
  });

  test("credentials that are refused stop everything, and resume does the rest", () => {
    const driven = new Driven({ ...REQUEST, regions: ["enam"] }).plan(toFiles(24 * 10));
    const forbidden = { ...GONE, status: 502, words: "chunks answered 403" };
    driven.answer(seeWarm, 2);
    for (let index = 0; index < 8; index++)
      driven.answer((path) => ({ path, first: forbidden, second: null }));
    expect(driven.event).toMatchObject({
      state: "failed",
      problem: "The storage refuses our credentials; renew them and resume.",
    });
    const { objects } = toProgress(driven.event, driven.nowMs);
    expect(objects.warm).toBe(48);
    expect(objects.failed).toBeLessThan(240 - 48);
    const before = new Set(
      Object.entries(driven.states()).flatMap(([path, state]) => (state === "warm" ? [path] : [])),
    );
    driven.give({ kind: "act", action: "resume" });
    driven.give({ kind: "listed", files: toFiles(24 * 10) });
    driven.answerAll((path, batch) => {
      expect(before.has(path)).toBe(false);
      return seeWarm(path, batch);
    });
    expect(driven.event.state).toBe("done");
  });
});

describe("the hot tier", () => {
  test("the first region fills it, then everybody else comes", () => {
    const driven = new Driven().plan(toFiles(2), true);
    expect(driven.sent.map(({ place }) => place)).toEqual(["enam"]);
    driven.answer(seeWarm);
    expect(driven.sent.map(({ place, origins }) => [place, origins])).toEqual([
      ["weur", []],
      ["hot-tier", []],
    ]);
    driven.answerAll(seeWarm);
    expect(driven.event.state).toBe("done");
  });
});

describe("following", () => {
  test("takes in what is announced until its time is over", () => {
    const untilMs = 1_060_000;
    const window = { kind: "follow", untilMs } as const;
    const driven = new Driven({ ...REQUEST, regions: ["enam"], window }).plan(toFiles(2));
    driven.answerAll(seeWarm);
    expect(driven.event.state).toBe("following");
    driven.give({ kind: "listed", files: toFiles(3) });
    expect(driven.sent.map(({ paths }) => paths)).toEqual([["2.ts"]]);
    driven.answerAll(seeWarm);
    driven.give({ kind: "clock" }, FOLLOW_EVERY_MS);
    expect(driven.asked.at(-1)).toBe("list");
    driven.give({ kind: "clock" }, untilMs - driven.nowMs);
    expect(driven.event).toMatchObject({ state: "done" });
    expect(driven.event.passes.at(-1)).toMatchObject({ warm: 3, of: 3 });
  });
});
