// The segment clock: which segments a wall-clock channel shows at a given moment.
//
// Picture a station clock whose hand jumps every two seconds: whoever looks at it knows the number
// of the last jump without having watched the others. Two origins that share a clock therefore
// agree on every media sequence number (MSN), every PROGRAM-DATE-TIME and, because the media is a
// loop, on the very bytes, without ever talking to each other.
// Pure: time is an argument. It does not make bytes (fragment-shift.ts) and does not know whether
// a segment was uploaded yet (packager.ts). RFC 8216 sections 4.3.3.2 and 6.2.2.

/** How a channel counts. Two channels with equal clocks number the same moments equally. */
export interface ChannelClock {
  /** The moment at which segment `msnOffset` begins, in ms since 1970. */
  readonly epochMs: number;
  readonly segmentMs: number;
  /** How many segments the sliding window shows. */
  readonly windowCount: number;
  /** How long after its end a segment is published. */
  readonly publishDelayMs: number;
  /** The number that the segment at the epoch carries. */
  readonly msnOffset: number;
  /** How many segments the media loop has. */
  readonly loopCount: number;
}

/** A closed range of MSNs; empty when `lastMsn < firstMsn`. */
export interface SegmentWindow {
  readonly firstMsn: number;
  readonly lastMsn: number;
}

/** Where one MSN lies in wall time and in the loop. */
export interface SegmentPlace {
  readonly indexInLoop: number;
  /** How many whole loops were played before this one, since the epoch. */
  readonly loopIndex: number;
  /** Start and publication of the segment in ms since 1970; the start is its PDT. */
  readonly startMs: number;
  readonly publishAtMs: number;
  /** How far the loop's media must be moved so that the segment lies at MSN × duration. */
  readonly shiftSegmentCount: number;
  readonly shiftSeconds: number;
}

/** The clock of the demo channel; the epoch keeps MSNs small enough to read. */
export const DEMO_CLOCK: ChannelClock = {
  epochMs: Date.UTC(2026, 0, 1),
  segmentMs: 2000,
  windowCount: 10,
  // A real packager closes, hashes and uploads a segment before it announces it.
  publishDelayMs: 100,
  msnOffset: 0,
  loopCount: 16,
};

/** The window that a channel shows at `nowMs`; it is empty before the first publication. */
export function decideWindow(clock: ChannelClock, nowMs: number): SegmentWindow {
  const begunCount = Math.floor((nowMs - clock.publishDelayMs - clock.epochMs) / clock.segmentMs);
  const lastMsn = clock.msnOffset + begunCount - 1;
  return { firstMsn: Math.max(clock.msnOffset, lastMsn - clock.windowCount + 1), lastMsn };
}

/** The place of one MSN; MSNs before the epoch do not exist. */
export function toSegmentPlace(clock: ChannelClock, msn: number): SegmentPlace {
  const ordinal = msn - clock.msnOffset;
  if (!Number.isInteger(ordinal) || ordinal < 0) throw new RangeError(`no segment ${msn}`);
  const indexInLoop = ordinal % clock.loopCount;
  const startMs = clock.epochMs + ordinal * clock.segmentMs;
  return {
    indexInLoop,
    loopIndex: (ordinal - indexInLoop) / clock.loopCount,
    startMs,
    publishAtMs: startMs + clock.segmentMs + clock.publishDelayMs,
    shiftSegmentCount: msn - indexInLoop,
    shiftSeconds: ((msn - indexInLoop) * clock.segmentMs) / 1000,
  };
}
