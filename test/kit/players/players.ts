// Crowds of simulated players as their owner sees them: a process of their own behind calls.

import { startChild } from "../child-calls.ts";
import type { LagReport } from "../live/lag-meter.ts";
import type { ScheduleOptions } from "../live/schedule.ts";
import type { Rhythm, Verdict } from "./player.ts";

export interface CrowdOptions {
  readonly name: string;
  readonly count: number;
  readonly seed: number;
  /** Where they play; the players are dealt out over edges first, then over playlists. */
  readonly edgeUrls: readonly string[];
  /** Paths of media playlists. */
  readonly playlists: readonly string[];
  /** By the letter in segments' names. */
  readonly schedules: Readonly<Record<string, ScheduleOptions>>;
  /** Their first requests are spread evenly over this time. */
  readonly spreadMs: number;
  readonly rhythm: Rhythm;
}

export interface Players {
  readonly start: (crowd: CrowdOptions) => Promise<void>;
  readonly verdicts: (name: string, fromMs: number, toMs: number) => Promise<readonly Verdict[]>;
  readonly stopCrowd: (name: string) => Promise<void>;
  readonly lag: (fromMs: number, toMs: number) => Promise<LagReport>;
  readonly stop: () => Promise<void>;
}

export function startPlayers(): Players {
  const child = startChild(new URL("./player-process.ts", import.meta.url));
  return {
    start: (crowd) => child.call("start", crowd),
    verdicts: (name, fromMs, toMs) => child.call("verdicts", name, fromMs, toMs),
    stopCrowd: (name) => child.call("stop", name),
    lag: (fromMs, toMs) => child.call("lag", fromMs, toMs),
    stop: child.stop,
  };
}
