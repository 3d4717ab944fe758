// What a viewer sees of a <video>, as numbers: when the picture first moved, how long it stood
// still, where it jumped. Measured from outside the player, from the element's clock alone, so
// that hls.js, Shaka and a bug in either are judged alike.
//
// A tenth of a second is the unit: a sample every 100 ms says whether the playhead moved. A page
// that is too busy to take samples does not count as a stall if the picture went on meanwhile.

/** One look at the video; times are those of the page's performance.now(). */
export interface PlaySample {
  readonly atMs: number;
  readonly positionSeconds: number;
  readonly paused: boolean;
}

export interface Stall {
  readonly atMs: number;
  readonly lastedMs: number;
}

export interface PlayReport {
  /** From the page's navigation to the first movement; null if the picture never moved. */
  readonly startedAfterMs: number | null;
  /** How far the playhead went since then, jumps not counted. */
  readonly playedSeconds: number;
  /** Standstills of at least a quarter of a second, the one that still lasts included. */
  readonly stalls: readonly Stall[];
  readonly longestStallMs: number;
  /** Moves that playing does not explain, in seconds; negative is back. */
  readonly jumps: readonly { readonly atMs: number; readonly seconds: number }[];
}

const STALL_MS_MIN = 250;
/** A playhead that moves less than this between two samples has not moved. */
const MOVEMENT_SECONDS = 0.01;
/** Clocks of picture and page differ by less than this between two samples. */
const JUMP_SECONDS = 0.5;
/** A seek moves the playhead too; playing moves it again and again. */
const STEPS_OF_A_START = 3;

declare global {
  interface Window {
    /** Grows while the page lives; see `installGauge`. */
    playSamples: { atMs: number; positionSeconds: number; paused: boolean }[];
  }
}

/** Runs in the page, before any of its own scripts. */
export function installGauge(): void {
  window.playSamples = [];
  setInterval(() => {
    const video = document.querySelector("video");
    if (video === null) return;
    const { currentTime: positionSeconds, paused } = video;
    window.playSamples.push({ atMs: performance.now(), positionSeconds, paused });
  }, 100);
}

/** Judges the samples that were taken at or after `fromMs`. */
export function toPlayReport(all: readonly PlaySample[], fromMs = 0): PlayReport {
  const samples = all.filter(({ atMs }) => atMs >= fromMs);
  const start = toStartIndex(samples);
  if (start === null) {
    return {
      startedAfterMs: null,
      playedSeconds: 0,
      stalls: [],
      longestStallMs: 0,
      jumps: [],
    };
  }
  const stalls: Stall[] = [];
  const jumps: { atMs: number; seconds: number }[] = [];
  let playedSeconds = 0;
  let movedAtMs = samples[start]?.atMs ?? 0;
  const endStall = (atMs: number) => {
    // One step without movement is what two clocks do that do not tick together.
    if (atMs - movedAtMs >= STALL_MS_MIN)
      stalls.push({ atMs: movedAtMs, lastedMs: atMs - movedAtMs });
  };
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (index <= start || before === undefined) continue;
    const movedSeconds = sample.positionSeconds - before.positionSeconds;
    const tookSeconds = (sample.atMs - before.atMs) / 1000;
    if (Math.abs(movedSeconds) < MOVEMENT_SECONDS) continue;
    const isJump = movedSeconds < 0 || movedSeconds - tookSeconds > JUMP_SECONDS;
    if (isJump) jumps.push({ atMs: sample.atMs, seconds: movedSeconds });
    else playedSeconds += movedSeconds;
    endStall(before.atMs);
    movedAtMs = sample.atMs;
  }
  endStall(samples.at(-1)?.atMs ?? movedAtMs);
  return {
    startedAfterMs: samples[start]?.atMs ?? null,
    playedSeconds,
    stalls,
    longestStallMs: Math.max(0, ...stalls.map(({ lastedMs }) => lastedMs)),
    jumps,
  };
}

/** The sample before the first steady movement. */
function toStartIndex(samples: readonly PlaySample[]): number | null {
  for (let index = 0; index + STEPS_OF_A_START < samples.length; index += 1) {
    const steps = samples.slice(index, index + STEPS_OF_A_START + 1).map((sample, step, few) => {
      const next = few[step + 1];
      return next === undefined ? null : next.positionSeconds - sample.positionSeconds;
    });
    const moving = steps.every(
      (step) => step === null || (step >= MOVEMENT_SECONDS && step < JUMP_SECONDS),
    );
    if (moving) return index;
  }
  return null;
}

/** One line for the log of a test. */
export function printPlayReport(report: PlayReport): string {
  const started =
    report.startedAfterMs === null
      ? "never started"
      : `started after ${(report.startedAfterMs / 1000).toFixed(2)} s`;
  const jumps = report.jumps.map(({ seconds }) => `${seconds.toFixed(2)} s`).join(", ");
  return (
    `${started}, played ${report.playedSeconds.toFixed(1)} s, stalls ${report.stalls.length} ` +
    `(longest ${(report.longestStallMs / 1000).toFixed(2)} s), jumps ${jumps || "none"}`
  );
}
