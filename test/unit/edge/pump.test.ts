// The owner's work against sources that break: what followers get is whole or cut, never padded.
// Real streams, a scripted source; digests and caches are the scenarios' business.

import { describe, expect, test } from "vitest";
import type { OriginProblem } from "../../../workers/core/origin/outcome.ts";
import type { FileFill } from "../../../workers/edge/fill/file-fill.ts";
import type { FillHead } from "../../../workers/edge/fill/fill-head.ts";
import type { FillPlace, FillSource, OpenedBody } from "../../../workers/edge/fill/fill-source.ts";
import { pump } from "../../../workers/edge/fill/pump.ts";
import { makeRunningFill } from "../../../workers/platform/running-fill.ts";

const windowBytesMax = () => 4_000_000;
const BODY = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);

function toHead(more: Partial<FillHead["meta"]> = {}): FillHead {
  const meta = {
    confirmedAtMs: 0,
    freshUntilMs: 1,
    swrMs: 0,
    sieMs: 0,
    originId: "a",
    contentType: "video/mp4",
    etag: "e",
    lastModifiedMs: null,
    immutable: false,
    ttlReason: "test",
    lengthBytes: BODY.length,
    ...more,
  };
  const facts = { storable: true, md5: null, isLarge: false, originStatus: 200, originMs: 1 };
  return { ...facts, meta, tier: "origin" };
}

/** Sends `bytes` in small chunks, then ends, breaks, or says nothing more. */
function toStream(bytes: Uint8Array, ending: "end" | "break" | "silence") {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + 300));
        at += 300;
      } else if (ending === "end") controller.close();
      else if (ending === "break") controller.error(new Error("reset"));
      else return new Promise(() => undefined);
      return;
    },
  });
}

const PROBLEM: OriginProblem = {
  kind: "problem",
  reason: "origin-unreachable",
  detail: "all of them",
  originId: null,
  isAbsence: false,
};

function makeSource(script: readonly ((place: FillPlace) => Partial<OpenedBody> | null)[]) {
  const places: number[] = [];
  const broken: string[] = [];
  let at = 0;
  const source: FillSource = {
    async open(place) {
      places.push(place.position);
      const opened = script[at++]?.(place) ?? null;
      if (opened === null) return PROBLEM;
      const basics = { kind: "opened", skipBytes: 0, stallMs: 50, holdMs: 0 } as const;
      return { ...basics, head: place.head ?? toHead(), body: null, ...opened };
    },
    broke: (failure) => broken.push(failure),
  };
  return { source, places, broken };
}

function readWindow({ window }: FileFill): Uint8Array {
  const all = new Uint8Array(window.end - window.start);
  for (let at = window.start; at < window.end; ) {
    const chunk = window.at(at);
    if (chunk === null || chunk === "dropped") break;
    all.set(chunk, at - window.start);
    at += chunk.length;
  }
  return all;
}

async function run(...script: Parameters<typeof makeSource>[0]) {
  const fill: FileFill = makeRunningFill();
  const made = makeSource(script);
  await pump({ fill, source: made.source, keep: null, windowBytesMax });
  return { fill, ...made };
}

const rest = ({ position }: FillPlace) => ({ body: toStream(BODY.slice(position), "end") });

describe("a body", () => {
  test("arrives whole", async () => {
    const { fill, places } = await run(rest);
    expect(fill.state).toMatchObject({ kind: "done", stored: false });
    expect(readWindow(fill)).toEqual(BODY);
    expect(places).toEqual([0]);
  });

  test.each(["break", "silence", "end"] as const)(
    "whose half is followed by %s is continued from where it stood",
    async (ending) => {
      const half = () => ({ body: toStream(BODY.slice(0, 600), ending) });
      const { fill, places, broken } = await run(half, rest);
      expect(fill.state.kind).toBe("done");
      expect(readWindow(fill)).toEqual(BODY);
      expect(places).toEqual([0, 600]);
      expect(broken).toEqual([ending === "silence" ? "timeout" : "short-body"]);
    },
  );

  test("that nobody can continue fails, and keeps what was passed on as it was", async () => {
    const half = () => ({ body: toStream(BODY.slice(0, 600), "break") });
    const { fill } = await run(half, () => null);
    expect(fill.state).toEqual({ kind: "failed", head: toHead(), failure: PROBLEM });
    expect(readWindow(fill)).toEqual(BODY.slice(0, 600));
  });

  test("repeated from its beginning is continued after what was passed on", async () => {
    const half = () => ({ body: toStream(BODY.slice(0, 600), "break") });
    const whole = ({ position }: FillPlace) => ({
      body: toStream(BODY, "end"),
      skipBytes: position,
    });
    expect(readWindow((await run(half, whole)).fill)).toEqual(BODY);
  });

  test("longer than announced is no body", async () => {
    const long = () => ({ body: toStream(new Uint8Array(1_400), "end") });
    const { fill, broken } = await run(long, () => null);
    expect([fill.state.kind, broken]).toEqual(["failed", ["short-body"]]);
    expect(fill.window.end).toBeLessThanOrEqual(BODY.length);
  });

  test("without a length gets one, and nothing of it leaves before", async () => {
    const head = toHead({ lengthBytes: null });
    const { fill } = await run(() => ({ head, body: toStream(BODY, "end") }));
    expect(fill.state).toMatchObject({ kind: "done", head: { meta: { lengthBytes: 1_000 } } });
    expect(readWindow(fill)).toEqual(BODY);
    const broken = await run(
      () => ({ head, body: toStream(BODY, "break") }),
      () => null,
    );
    expect(broken.fill.state).toEqual({ kind: "failed", head: null, failure: PROBLEM });
    expect(broken.fill.window.end).toBe(0);
  });

  test("of nothing is a whole one", async () => {
    const { fill } = await run(() => ({ head: toHead({ lengthBytes: 0 }) }));
    expect([fill.state.kind, fill.window.end]).toEqual(["done", 0]);
  });

  test("that is large is not read: whoever joined goes on in pieces", async () => {
    const head = { ...toHead(), isLarge: true };
    const { fill } = await run(() => ({ head, body: toStream(BODY, "end") }));
    expect(fill.state).toMatchObject({ kind: "done", head: { isLarge: true } });
    expect(fill.window.end).toBe(0);
  });
});

test("who takes over goes on where the last owner stood", async () => {
  const fill: FileFill = makeRunningFill();
  const lost = fill.claim();
  lost.open(toHead());
  lost.append(BODY.slice(0, 250));
  const { source, places } = makeSource([rest]);
  const second = pump({ fill, source, keep: null, windowBytesMax });
  lost.append(Uint8Array.of(1, 2, 3));
  await second;
  expect(places).toEqual([250]);
  expect(readWindow(fill)).toEqual(BODY);
});
