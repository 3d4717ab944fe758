// One simulated player: it reloads a live media playlist in a rhythm of its own, and notes of each
// answer how late it was. Rhythms, each counted from the sending of the last request:
//
//   mixed     a pause between half a target duration and a whole one, drawn anew each time. A crowd
//             of these asks at every phase of the publication alike, so that "3 % outdated" means
//             what it says: 3 % of the time. 300 of them send 400 requests per version.
//   hls.js    one segment's duration after a change, half a target duration without one, at once
//             when that moment is over (hls.js 1.7: computeReloadInterval and its caller). They
//             fall into step with the publications and then mostly ask when nothing can be late.
//   blocking  asks for the next number with _HLS_msn at once, wherever the playlist offers it, as
//             hls.js does in low latency mode; else like hls.js. What counts is the arrival.
//   eager     every 100 ms: what a player must do to be about as fresh without blocking reloads.
//
// After a failure each of them waits a second.
//
// Late means: the next version was published before the last byte of this answer arrived. How
// late is counted from that publication, by the schedule of the station whose segment is the
// newest in the answer. A station in trouble is measured by what it should have published.

import { readSteadyMs } from "../live/clock.ts";
import type { Schedule } from "../live/schedule.ts";
import { findRegression, parseSight, type Sight } from "./sight.ts";
import { readAnswerText, Wire, type WireAnswer, type WireResult } from "./wire.ts";

/** What one player thought of one answer. */
export interface Verdict {
  /** The last byte, on the steady clock. */
  readonly atMs: number;
  readonly tookMs: number;
  /** How long the next version had been out; 0 if this one was the newest. */
  readonly lateMs: number;
  /** From the publication of this version to its arrival; null if the player had it already. */
  readonly fromPublicationMs: number | null;
  readonly failure: string | null;
  readonly regression: string | null;
  /** Which edge, which playlist and whose segments. */
  readonly edge: number;
  readonly playlist: string;
  readonly letter: string | null;
}

export interface PlayerOptions {
  readonly edge: number;
  readonly url: string;
  readonly playlist: string;
  readonly rhythm: Rhythm;
}

export type Rhythm = "mixed" | "hls.js" | "blocking" | "eager";

const FAILURE_PAUSE_MS = 1_000;
const EAGER_MS = 100;
/** hls.js gives up waiting for a playlist's first byte then. */
const TIMEOUT_MS = 10_000;
const HEADERS = "accept: */*\r\naccept-encoding: gzip, deflate, br\r\nuser-agent: player\r\n";

export class Player {
  readonly #options: PlayerOptions;
  readonly #schedules: ReadonlyMap<string, Schedule>;
  readonly #read: (result: WireResult) => Sight | string;
  readonly #note: (verdict: Verdict) => void;
  readonly #chance: () => number;
  readonly #wire: Wire;
  #timer: NodeJS.Timeout | null = null;
  #before: Sight | null = null;

  constructor(
    options: PlayerOptions,
    schedules: ReadonlyMap<string, Schedule>,
    read: (result: WireResult) => Sight | string,
    note: (verdict: Verdict) => void,
    chance: () => number,
  ) {
    this.#options = options;
    this.#schedules = schedules;
    this.#read = read;
    this.#note = note;
    this.#chance = chance;
    this.#wire = new Wire(options.url, TIMEOUT_MS);
  }

  startIn(waitMs: number): void {
    this.#timer = setTimeout(() => this.#ask(), waitMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wire.close();
  }

  #ask(): void {
    const { playlist, rhythm } = this.#options;
    const before = this.#before;
    const query =
      rhythm === "blocking" && before?.canBlock ? `?_HLS_msn=${before.lastMsn + 1}` : "";
    this.#wire.get(playlist + query, HEADERS, (result) => this.#judge(result));
  }

  #judge(result: WireResult): void {
    const sight = this.#read(result);
    const { sentMs, doneMs } = result;
    const { edge, playlist } = this.#options;
    const base = { atMs: doneMs, tookMs: doneMs - sentMs, edge, playlist };
    if (typeof sight === "string") {
      const nothing = { lateMs: 0, fromPublicationMs: null, regression: null, letter: null };
      this.#note({ ...base, ...nothing, failure: sight });
      this.startIn(FAILURE_PAUSE_MS);
      return;
    }
    const { letter, index } = sight.newest;
    const schedule = this.#schedules.get(letter);
    const isNew = this.#before === null || sight.lastMsn > this.#before.lastMsn;
    this.#note({
      ...base,
      lateMs: schedule === undefined ? 0 : Math.max(0, doneMs - schedule.publishMs(index + 1)),
      fromPublicationMs:
        schedule === undefined || !isNew ? null : doneMs - schedule.publishMs(index),
      failure: schedule === undefined ? "a stranger's segment" : null,
      regression: findRegression(this.#before, sight),
      letter,
    });
    this.#plan(sight, isNew, sentMs);
    this.#before = sight;
  }

  #plan(sight: Sight, isNew: boolean, sentMs: number): void {
    const isBlocking = this.#options.rhythm === "blocking" && sight.canBlock;
    const pauseMs = isBlocking && isNew ? 0 : this.#toPauseMs(sight, isNew);
    this.startIn(Math.max(0, sentMs + pauseMs - readSteadyMs()));
  }

  #toPauseMs({ targetDurationMs, lastDurationMs }: Sight, isNew: boolean): number {
    if (this.#options.rhythm === "eager") return EAGER_MS;
    if (this.#options.rhythm === "mixed") return targetDurationMs * (0.5 + this.#chance() / 2);
    const whole = Math.min(targetDurationMs, lastDurationMs || targetDurationMs);
    return isNew ? whole : targetDurationMs / 2;
  }
}

/** Reads answers for many players; bodies that were seen before are not parsed again. */
export function makeAnswerReader(): (result: WireResult) => Sight | string {
  const known = new Map<string, Sight>();
  return (result) => {
    if ("error" in result) return result.error;
    if (result.status !== 200) return `status ${result.status}${readProblem(result)}`;
    const key = result.body.toString("latin1");
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const sight = parseSight(readAnswerText(result) ?? "");
    if (sight === null) return "not a playlist";
    if (known.size > 500) known.clear();
    known.set(key, sight);
    return sight;
  };
}

/** What the edge says about it, if it says anything. */
function readProblem(answer: WireAnswer): string {
  try {
    const problem = JSON.parse(readAnswerText(answer) ?? "") as { detail?: string };
    return `: ${problem.detail ?? ""}`;
  } catch {
    return "";
  }
}
