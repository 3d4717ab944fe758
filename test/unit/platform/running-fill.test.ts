// A fill, its owner and its followers. Time passes here only as far as ticks and beats need it.
//
//   owner                    follower A              follower B
//   1 claims, appends
//   2 falls silent           3 three ticks: orphaned 3 three ticks
//                            4 claims                4 sees the beat: waits on
//   5 what it still does
//     has no effect

import { describe, expect, test } from "vitest";
import { makeRunningFill } from "../../../workers/platform/running-fill.ts";

const HEAD = { name: "head" };
type Head = typeof HEAD;

const make = () => makeRunningFill<Head, string>();

describe("an owner", () => {
  test("opens, appends, finishes and settles", () => {
    const fill = make();
    expect(fill.state).toEqual({ kind: "opening" });
    const owner = fill.claim();
    owner.open(HEAD);
    owner.append(Uint8Array.of(1, 2));
    expect(fill.state).toEqual({ kind: "flowing", head: HEAD });
    owner.finish(HEAD);
    expect(fill.state).toEqual({ kind: "done", head: HEAD, stored: null });
    owner.settle(true);
    expect(fill.state).toEqual({ kind: "done", head: HEAD, stored: true });
    expect(fill.window.end).toBe(2);
  });

  test("that fails keeps the head if it was known", () => {
    const early = make();
    early.claim().fail("no");
    expect(early.state).toEqual({ kind: "failed", head: null, failure: "no" });
    const late = make();
    const owner = late.claim();
    owner.open(HEAD);
    owner.fail("no");
    expect(late.state).toEqual({ kind: "failed", head: HEAD, failure: "no" });
  });

  test("that was replaced does nothing any more", () => {
    const fill = make();
    const first = fill.claim();
    first.open(HEAD);
    const second = fill.claim();
    first.append(Uint8Array.of(9));
    first.fail("late");
    expect([first.isCurrent(), second.isCurrent()]).toEqual([false, true]);
    second.append(Uint8Array.of(1));
    expect(fill.window.at(0)).toEqual(Uint8Array.of(1));
    expect(fill.state.kind).toBe("flowing");
  });
});

describe("a follower", () => {
  test("wakes at every change", async () => {
    const fill = make();
    const owner = fill.claim();
    const follower = fill.follow();
    const woken = follower.wait();
    owner.open(HEAD);
    expect(await woken).toBe("changed");
    const again = follower.wait();
    owner.append(Uint8Array.of(1));
    expect(await again).toBe("changed");
    follower.stop();
  });

  test("is not alarmed by an owner that beats and has nothing to say", async () => {
    const fill = make();
    const owner = fill.claim();
    const follower = fill.follow();
    const beats = setInterval(owner.beat, 40);
    const later = new Promise((resolve) => setTimeout(() => resolve("still waiting"), 800));
    expect(await Promise.race([follower.wait(), later])).toBe("still waiting");
    clearInterval(beats);
    follower.stop();
  });

  test("of a silent owner takes over, and only one of them", async () => {
    const fill = make();
    const lost = fill.claim();
    lost.open(HEAD);
    const followers = Array.from({ length: 5 }, () => fill.follow());
    let takeovers = 0;
    const work = followers.map(async (follower) => {
      for (;;) {
        if (fill.state.kind === "done") return;
        if ((await follower.wait()) !== "orphaned") continue;
        takeovers += 1;
        const owner = fill.claim();
        owner.append(Uint8Array.of(7));
        owner.finish(HEAD);
      }
    });
    await Promise.all(work);
    for (const follower of followers) follower.stop();
    expect([takeovers, fill.window.end, lost.isCurrent()]).toEqual([1, 1, false]);
  });
});
