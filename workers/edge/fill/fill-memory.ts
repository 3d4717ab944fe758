// The fills of one isolate or filler, by key, running and just ended. An ended fill stays for a
// moment: a viewer who looked into the cache before it was stored must find it here, or would start
// a second one. Bytes are bounded: the oldest ended fills let theirs go first; whoever still reads
// them goes on in the stored copy. Fills that run share a room: the more there are, the less of its
// file each keeps for those who come late.

import { makeRunningFill } from "../../platform/running-fill.ts";
import type { FileFill } from "./file-fill.ts";

/** How long an ended fill keeps its bytes, by whether there is a copy to go on in. */
const STORED_BYTES_KEPT_MS = 300;
const ONLY_BYTES_KEPT_MS = 30_000;
/** How far above the budget such bytes may be. */
const ONLY_SHARES = 6;
/** How long it is remembered that a stored one was there. */
const TRACE_KEPT_MS = 5_000;
/** A fill that runs for so long was left by everybody. */
const RUNNING_MS_MAX = 300_000;
/** Bytes of one that runs: alone, and among however many. */
const WINDOW_BYTES = { max: 4 * 1024 * 1024, min: 512 * 1024 } as const;

export interface FillMemory {
  /** The fill to join for a key, or null if one has to be begun. */
  find(key: string, nowMs: number): FileFill | null;
  /**
   * Whether a file is on its way that no cache has: whoever wants it need not look into one. Not
   * while a stale copy is being renewed, which may serve meanwhile.
   */
  isArriving(key: string): boolean;
  /** A new fill under a key, in place of whatever was there. */
  begin(key: string, nowMs: number, isRenewal?: boolean): FileFill;
  /** Lets nobody join a fill any more. */
  forget(key: string, fill: FileFill): void;
  /** Says that a fill is over. */
  end(key: string, fill: FileFill, nowMs: number): void;
  /** Fills under way whose keys begin so. */
  countRunning(prefix: string): number;
  /** Bytes that each of the fills under way may keep now. */
  windowBytesMax(): number;
  /** Fills of which bytes may be in memory. */
  readonly count: number;
}

interface Entry {
  readonly fill: FileFill;
  readonly isRenewal: boolean;
  readonly begunAtMs: number;
  /** Null while it runs. */
  endedAtMs: number | null;
}

/**
 * An empty memory of at most `bytesMax` bytes of ended fills, and so many of running ones that each
 * has its share of `roomBytes`.
 */
export function makeFillMemory(bytesMax: number, roomBytes: number): FillMemory {
  const entries = new Map<string, Entry>();
  let runningCount = 0;

  const sweep = (nowMs: number) => {
    runningCount = sweepEntries(entries, bytesMax, nowMs);
  };

  return {
    get count() {
      return entries.size;
    },
    countRunning(prefix) {
      let count = 0;
      for (const [key, { endedAtMs }] of entries) {
        if (endedAtMs === null && key.startsWith(prefix)) count += 1;
      }
      return count;
    },
    windowBytesMax() {
      const share = roomBytes / Math.max(1, runningCount);
      return Math.max(WINDOW_BYTES.min, Math.min(WINDOW_BYTES.max, share));
    },
    find(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      const { fill, endedAtMs } = entry;
      const isOld = endedAtMs !== null && nowMs - endedAtMs >= TRACE_KEPT_MS;
      const isEmpty = endedAtMs !== null && fill.window.start > 0 && !isStored(fill);
      if (!isOld && !isEmpty && fill.state.kind !== "failed") return fill;
      entries.delete(key);
      return null;
    },
    isArriving(key) {
      const entry = entries.get(key);
      if (entry === undefined || entry.isRenewal || entry.endedAtMs !== null) return false;
      const { kind } = entry.fill.state;
      return kind === "opening" || kind === "flowing";
    },
    begin(key, nowMs, isRenewal = false) {
      sweep(nowMs);
      const fill: FileFill = makeRunningFill();
      entries.delete(key);
      entries.set(key, { fill, isRenewal, begunAtMs: nowMs, endedAtMs: null });
      runningCount += 1;
      return fill;
    },
    forget(key, fill) {
      if (entries.get(key)?.fill === fill) entries.delete(key);
    },
    end(key, fill, nowMs) {
      const entry = entries.get(key);
      if (entry?.fill === fill) entry.endedAtMs = nowMs;
      sweep(nowMs);
    },
  };
}

/** Lets bytes and entries go whose time is over; returns how many fills run. */
function sweepEntries(entries: Map<string, Entry>, bytesMax: number, nowMs: number): number {
  let bytes = 0;
  let runningCount = 0;
  for (const { fill, endedAtMs } of entries.values()) {
    if (endedAtMs === null) runningCount += 1;
    else bytes += fill.window.end - fill.window.start;
  }
  for (const [key, { fill, begunAtMs, endedAtMs }] of entries) {
    if (nowMs - begunAtMs >= RUNNING_MS_MAX) entries.delete(key);
    if (endedAtMs === null) continue;
    const agoMs = nowMs - endedAtMs;
    const { window } = fill;
    const held = window.end - window.start;
    const keptMs = isStored(fill) ? STORED_BYTES_KEPT_MS : ONLY_BYTES_KEPT_MS;
    // Whoever reads a fill that was not stored has nowhere to go on: it goes last.
    const isOver = bytes > (isStored(fill) ? bytesMax : ONLY_SHARES * bytesMax);
    if (held > 0 && (agoMs >= keptMs || isOver)) {
      // A reader that is behind may go on here as long as there is room.
      const needed = Math.min(fill.needed("readers"), window.end);
      window.dropBefore(isOver ? window.end : needed, needed);
      bytes -= held - (window.end - window.start);
    }
    if (agoMs >= Math.max(keptMs, TRACE_KEPT_MS)) entries.delete(key);
  }
  return runningCount;
}

function isStored({ state }: FileFill): boolean {
  return state.kind === "done" && state.stored === true;
}
