// One file on its way from somewhere to its cache, and everybody who reads along. The owner brings
// bytes; followers join at the beginning at any time, read at their own pace, and one of them takes
// over when the owner falls silent.
//
// On Workers a promise belongs to the request that made it, and a request that the platform ends
// runs no `finally` (ADR 0006). So nothing here is a promise that others await. The state is plain
// data; each follower waits on a promise and a timer of its own; the owner shows that it lives by a
// beat, and a follower that counts too many ticks of its own without one takes over:
//
//   owner                          follower A                follower B
//   1 claims the fill, beats
//   2 appends, wakes all --------> 3 wakes, reads on         3 wakes, reads on
//   4 cut off by the platform
//                                  5 tick, tick, tick:
//                                    no beat: claims         6 beat again: reads on
//
// Ticks and beats run in one isolate, whose timers fire in the order of their times: an isolate
// that stands still for a second delays both, and nobody is taken for dead. That is why silence is
// counted in ticks and not read from a clock.

import { type ByteWindow, makeByteWindow } from "./byte-window.ts";

/** How often an owner shows that it lives, and how often a follower looks, milliseconds. */
export const BEAT_MS = 100;
const TICK_MS = 120;
/** Ticks without a beat before an owner is given up: 360 ms and at most one tick more. */
const SILENT_TICKS_MAX = 3;

export type FillState<Head, Failure> =
  /** Nobody knows yet what will come. */
  | { readonly kind: "opening" }
  | { readonly kind: "flowing"; readonly head: Head }
  /** All bytes have arrived; `stored` once the cache has them too, null while it is at it. */
  | { readonly kind: "done"; readonly head: Head; readonly stored: boolean | null }
  | { readonly kind: "failed"; readonly head: Head | null; readonly failure: Failure };

/** What an owner may do. After somebody else's claim all of it is without effect. */
export interface FillOwner<Head, Failure> {
  readonly isCurrent: () => boolean;
  readonly beat: () => void;
  readonly open: (head: Head) => void;
  readonly append: (chunk: Uint8Array) => void;
  /** All bytes are there; `head` again, because only now is every length known. */
  readonly finish: (head: Head) => void;
  readonly settle: (stored: boolean) => void;
  readonly fail: (failure: Failure) => void;
}

export interface FillFollower {
  /** Resolves when something changed, or with "orphaned" when somebody must take over. */
  wait(): Promise<"changed" | "orphaned">;
  stop(): void;
}

export interface RunningFill<Head, Failure> {
  readonly state: FillState<Head, Failure>;
  readonly window: ByteWindow;
  /** Becomes the owner, in place of whoever was. */
  claim(): FillOwner<Head, Failure>;
  /** Joins; the follower belongs to the request that made it, which must stop it. */
  follow(): FillFollower;
  /** Who reads now. One whose request was cut off stays here for ever. */
  readonly readers: Set<FillReader>;
  /** The first byte that one of them still needs; infinite if there is none. */
  needed(by: "anchors" | "readers"): number;
}

export interface FillReader {
  /** Its next byte; it holds none before. */
  readonly position: number;
  /** What it has not read must not be dropped: owners and their stores. */
  readonly isAnchor: boolean;
}

/** A fill that nobody owns yet. */
export function makeRunningFill<Head, Failure>(): RunningFill<Head, Failure> {
  const window = makeByteWindow();
  let state: FillState<Head, Failure> = { kind: "opening" };
  let ownerCount = 0;
  let beatCount = 0;
  let waiting: (() => void)[] = [];
  const readers = new Set<FillReader>();
  const wake = () => {
    beatCount += 1;
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  const claim = (): FillOwner<Head, Failure> => {
    ownerCount += 1;
    beatCount += 1;
    const number = ownerCount;
    const act = (work: () => void) => {
      if (number !== ownerCount) return;
      work();
      wake();
    };
    return {
      isCurrent: () => number === ownerCount,
      beat: () => {
        if (number === ownerCount) beatCount += 1;
      },
      open: (head) => act(() => (state = { kind: "flowing", head })),
      append: (chunk) => act(() => window.append(chunk)),
      finish: (head) => act(() => (state = { kind: "done", head, stored: null })),
      settle: (stored) =>
        act(() => {
          if (state.kind === "done") state = { ...state, stored };
        }),
      fail: (failure) =>
        act(() => {
          const head = state.kind === "opening" ? null : state.head;
          state = { kind: "failed", head, failure };
        }),
    };
  };
  return {
    get state() {
      return state;
    },
    window,
    claim,
    readers,
    needed(by) {
      let first = Number.POSITIVE_INFINITY;
      for (const { position, isAnchor } of readers) {
        if (isAnchor || by === "readers") first = Math.min(first, position);
      }
      return first;
    },
    follow: () =>
      makeFollower(
        () => beatCount,
        (resolve) => waiting.push(resolve),
      ),
  };
}

function makeFollower(beatOf: () => number, join: (resolve: () => void) => void): FillFollower {
  let seenBeat = beatOf();
  let silentTicks = 0;
  let wakeUp: (() => void) | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const tick = () => {
    const beat = beatOf();
    silentTicks = beat === seenBeat ? silentTicks + 1 : 0;
    seenBeat = beat;
    if (silentTicks >= SILENT_TICKS_MAX) wakeUp?.();
  };
  return {
    async wait() {
      // Many never wait: what they want is there.
      timer ??= setInterval(tick, TICK_MS);
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        join(resolve);
      });
      wakeUp = null;
      if (silentTicks < SILENT_TICKS_MAX || beatOf() !== seenBeat) return "changed";
      silentTicks = 0;
      return "orphaned";
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
