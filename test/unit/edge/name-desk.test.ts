// Where a coordinator answers for its channel's names: what it knows, what it waits for, and what
// it believes after a restart.

import { describe, expect, test } from "vitest";
import type { Channel } from "../../../workers/core/config/catalog.ts";
import { CONTRACT_VERSION } from "../../../workers/core/contract/message.ts";
import type { NameList } from "../../../workers/core/contract/names.ts";
import { TTL_POLICY_SPEC } from "../../../workers/core/ttl/policy.ts";
import type {
  CoordinatorStore,
  StoredRendition,
} from "../../../workers/edge/live/coordinator-store.ts";
import { NameDesk } from "../../../workers/edge/live/name-desk.ts";
import { makeWaiters } from "../../../workers/edge/live/waiters.ts";

const CHANNEL: Channel = {
  id: "demo",
  mode: "live",
  playlist: "index.m3u8",
  origins: [],
  policy: {
    ttl: TTL_POLICY_SPEC,
    auth: "open",
    replicas: "auto",
    beyondPrefix: false,
    hotTier: false,
    unknownHosts: "keep",
    query: [],
  },
};

function rendition(first: number, last: number, playlist = "v/index.m3u8"): StoredRendition {
  const lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", `#EXT-X-MEDIA-SEQUENCE:${first}`];
  for (let msn = first; msn <= last; msn++) lines.push("#EXTINF:2,", `${msn}.ts`);
  const facts = {
    mediaSequence: first,
    discontinuitySequence: 0,
    lastMsn: last,
    lastPart: null,
    targetDurationSeconds: 2,
    partTargetSeconds: null,
    lastSegmentDurationSeconds: 2,
    playlistType: null,
    ended: false,
  } as const;
  const text = `${lines.join("\n")}\n`;
  return { playlist, seq: 1, text, etag: "x", facts, originId: "a", publishedAtMs: 0 };
}

/** Keeps renditions and names in memory. Gap: nothing else is stored, and nothing is written. */
function makeStore(...stored: StoredRendition[]): CoordinatorStore {
  const lists: NameList[] = [];
  return {
    renditions: () => stored,
    putRendition: () => undefined,
    nameLists: () => lists,
    putNameList: (list) => void lists.push(list),
    snapshot: () => null,
    putSnapshot: () => undefined,
    supersededBy: () => null,
    putSupersededBy: () => undefined,
    assembly: () => null,
    putAssembly: () => undefined,
    timelinesVersion: () => 0,
    putTimelinesVersion: () => undefined,
  };
}

function open(...stored: StoredRendition[]) {
  const waiters = makeWaiters();
  const fresh: string[] = [];
  const desk = new NameDesk(makeStore(...stored), (playlist, names) => {
    fresh.push(...names.map(({ name }) => `${playlist} ${name}`));
  });
  desk.use(CHANNEL);
  const ask = (name: string, holdMs: number, wake: () => void = () => {}) => {
    const question = { contract: CONTRACT_VERSION, channel: "demo", region: "enam", name, holdMs };
    return desk.answer(question, waiters, wake);
  };
  return { desk, ask, waiters, fresh };
}

describe("a channel that is watched", () => {
  test("answers at once for what it published and for what is strange", async () => {
    const { desk, ask } = open();
    desk.store.putRendition(rendition(10, 14));
    const known = await ask("v/12.ts", 0);
    expect(known).toEqual({ kind: "announced", keepMs: 12_000 });
    // Strange names are not waited for, however long the asker would.
    expect(await ask("x.ts", 60_000)).toEqual({ kind: "not-announced" });
  });

  test("waits for the next one, and sees it come", async () => {
    const { desk, ask, waiters, fresh } = open();
    desk.store.putRendition(rendition(10, 14));
    expect(fresh).toEqual([]);
    expect(await ask("v/15.ts", 0)).toEqual({ kind: "not-yet" });
    const answer = ask("v/15.ts", 60_000);
    desk.store.putRendition(rendition(11, 15));
    waiters.wake();
    expect((await answer).kind).toBe("announced");
    expect(fresh).toEqual(["v/index.m3u8 v/15.ts"]);
    // And still knows what has just left.
    expect((await ask("v/10.ts", 0)).kind).toBe("announced");
  });

  test("takes names that are not the ledger's", async () => {
    const { desk, ask, waiters } = open();
    desk.store.putRendition(rendition(10, 14));
    expect((await ask("extra/x.ts", 0)).kind).toBe("not-announced");
    const names = [{ name: "extra/x.ts", role: "segment", isWhole: true }];
    const list = { playlist: "extra/b.m3u8", names, windowMs: 6_000 };
    desk.announce({ contract: CONTRACT_VERSION, channel: "demo", ...list });
    expect((await ask("extra/x.ts", 0)).kind).toBe("announced");
    // The next life of the object reads them again.
    const next = new NameDesk(desk.store, () => undefined);
    next.use(CHANNEL);
    const question = { contract: CONTRACT_VERSION, channel: "demo", region: "enam", holdMs: 0 };
    const later = await next.answer({ ...question, name: "extra/x.ts" }, waiters, () => undefined);
    expect(later.kind).toBe("announced");
  });
});

describe("after a restart", () => {
  test("what was written down is known, and older names are believed for a while", async () => {
    const { ask } = open(rendition(10, 14));
    expect((await ask("v/12.ts", 0)).kind).toBe("announced");
    expect(await ask("v/9.ts", 0)).toEqual({ kind: "announced", keepMs: 1_000 });
  });

  test("the first strange name wakes the channel, once", async () => {
    const { desk, ask } = open(rendition(10, 14));
    const woken: string[][] = [];
    const wake = () => {
      woken.push([...desk.playlists()]);
      desk.store.putRendition(rendition(12, 16));
    };
    expect((await ask("v/16.ts", 0, wake)).kind).toBe("announced");
    expect(woken[0]).toEqual(["v/index.m3u8"]);
    const before = woken.length;
    expect((await ask("x.ts", 0, wake)).kind).toBe("not-announced");
    expect(woken.length).toBe(before);
  });

  test("of a channel without any playlist nothing is known", async () => {
    const { ask } = open();
    expect(await ask("v/1.ts", 0)).toEqual({ kind: "no-ledger" });
  });
});
