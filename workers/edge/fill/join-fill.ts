// One way in for everybody who needs a file that no cache has: joins the fill under way, or begins
// it. What may not be kept may not be passed on either (RFC 9111 section 3), so where the head says
// so, everybody but the leader starts over alone.

import { decideStanding } from "../../core/cache/freshness.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import { makeRunningFill } from "../../platform/running-fill.ts";
import type { FileFill } from "./file-fill.ts";
import type { FillHead } from "./fill-head.ts";
import type { FillMemory } from "./fill-memory.ts";
import type { FillSource } from "./fill-source.ts";
import { type Keep, pump } from "./pump.ts";
import { type ReadPlan, readFill } from "./read-fill.ts";

/** What one request lends to the fill of one key. */
export interface FillRoad {
  readonly memory: FillMemory;
  readonly key: string;
  /** Whether there is a stale copy. */
  readonly isRenewal: boolean;
  readonly makeSource: () => FillSource;
  readonly keep: Keep;
  readonly readStored: ReadPlan["readStored"];
  readonly waitUntil: (work: Promise<unknown>) => void;
}

export interface JoinedFill {
  readonly kind: "joined";
  readonly fill: FileFill;
  readonly head: FillHead;
  /** Whether somebody else had begun it. */
  readonly isFollower: boolean;
  /** A stream of these bytes, inclusive; null as last: to the end. Belongs to this request. */
  read(first: number, last: number | null): ReadableStream<Uint8Array>;
}

/** Nothing is known yet after `waitMsMax`. */
export interface StillOpening {
  readonly kind: "opening";
}

/** Joins or leads; null means that the stored copy must be there by now. */
export async function joinFill(
  road: FillRoad,
  waitMsMax: number | null = null,
): Promise<JoinedFill | OriginProblem | StillOpening | null> {
  const found = findFill(road);
  if (found !== null && found.state.kind === "done" && found.window.start > 0) return null;
  const fill = found ?? road.memory.begin(road.key, readClockMs(), road.isRenewal);
  if (found === null) own(fill, road);
  const head = await awaitHead(fill, road, waitMsMax);
  if (head === null) return { kind: "opening" };
  if (head.kind === "problem") {
    const brokeOff = fill.state.kind === "failed" && fill.state.head !== null;
    // Somebody else's fill ended halfway before this request had anything of it: lead.
    return found !== null && brokeOff ? joinFill(road, waitMsMax) : head;
  }
  if (head.head.storable) return toJoined(fill, head.head, road, found !== null);
  road.memory.forget(road.key, fill);
  return found === null ? toJoined(fill, head.head, road, false) : goAlone(road);
}

/** Begins or goes on with a fill that nobody reads: a copy is replaced, or made ahead of need. */
export function startFill(road: FillRoad): void {
  if (findFill(road) !== null) return;
  own(road.memory.begin(road.key, readClockMs(), road.isRenewal), road);
}

/** A fill worth joining: one that ended with what has become stale since is not. */
function findFill(road: FillRoad): FileFill | null {
  const fill = road.memory.find(road.key, readClockMs());
  if (fill?.state.kind !== "done") return fill;
  const isFresh = decideStanding(fill.state.head.meta, readClockMs()) === "fresh";
  return isFresh ? fill : null;
}

/** Fills alone: nothing is kept and nobody joins. */
async function goAlone(road: FillRoad): Promise<JoinedFill | OriginProblem> {
  const fill: FileFill = makeRunningFill();
  const alone = { ...road, keep: null };
  own(fill, alone);
  const head = await awaitHead(fill, alone, null);
  if (head === null || head.kind === "problem") return head ?? LOST;
  return toJoined(fill, head.head, road, false);
}

const LOST: OriginProblem = {
  kind: "problem",
  reason: "internal",
  detail: "The fill was lost.",
  originId: null,
  isAbsence: false,
};

type Road = Omit<FillRoad, "keep"> & { readonly keep: Keep | null };

function own(fill: FileFill, road: Road): void {
  const { windowBytesMax } = road.memory;
  const work = pump({ fill, source: road.makeSource(), keep: road.keep, windowBytesMax });
  road.waitUntil(work.finally(() => road.memory.end(road.key, fill, readClockMs())));
}

type HeadReading = { readonly kind: "head"; readonly head: FillHead } | OriginProblem;

/** Waits until it is known what will come; null after `waitMsMax`. */
async function awaitHead(
  fill: FileFill,
  road: Road,
  waitMsMax: number | null,
): Promise<HeadReading | null> {
  const known = toHead(fill);
  if (known !== null) return known;
  const follower = fill.follow();
  const untilMs = readClockMs() + (waitMsMax ?? Number.POSITIVE_INFINITY);
  try {
    for (;;) {
      const head = toHead(fill);
      const leftMs = untilMs - readClockMs();
      if (head !== null || leftMs <= 0) return head;
      const change = follower.wait();
      const event = waitMsMax === null ? await change : await within(change, leftMs);
      if (event === "orphaned") own(fill, road);
    }
  } finally {
    follower.stop();
  }
}

function toHead({ state }: FileFill): HeadReading | null {
  if (state.kind === "opening") return null;
  if (state.kind === "failed") return state.failure;
  return { kind: "head", head: state.head };
}

function toJoined(fill: FileFill, head: FillHead, road: FillRoad, isFollower: boolean): JoinedFill {
  const takeOver = () => own(fill, head.storable ? road : { ...road, keep: null });
  return {
    kind: "joined",
    fill,
    head,
    isFollower,
    read: (first, last) =>
      readFill(fill, {
        first,
        last,
        isAnchor: !head.storable,
        takeOver,
        readStored: road.readStored,
      }).stream,
  };
}
