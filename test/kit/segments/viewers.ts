// Crowds of viewers of segments as their owner sees them: a process of their own behind calls.

import { startChild } from "../child-calls.ts";
import type { LagReport } from "../live/lag-meter.ts";
import type { ScheduleOptions } from "../live/schedule.ts";
import type { BodyResult } from "./body-wire.ts";

/** Many at one file, each once, with connections that are open already. */
export interface CrowdOptions {
  readonly urls: readonly string[];
  readonly path: string;
  readonly lengthBytes: number;
  readonly count: number;
  /** Their requests are spread evenly over this time. */
  readonly spreadMs: number;
}

/** Many that each take one file after the other, as fast as they come. */
export interface StreamOptions {
  readonly urls: readonly string[];
  /** In this order, from the beginning again after the last. */
  readonly paths: readonly string[];
  readonly lengthBytes: number;
  readonly connections: number;
  /** Ends when so much time is over or so many requests were made, whatever is first. */
  readonly lastsMs: number;
  readonly countMax: number;
  /** Bodies are compared; without it only their length counts. */
  readonly compares: boolean;
  /** Pause of each connection between two requests. */
  readonly pauseMs: number;
}

export interface StreamCounts {
  readonly count: number;
  readonly bytes: number;
  readonly tookMs: number;
  /** By kind: cut, damaged, a status. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Players of a live channel: playlist, then the newest segment as soon as it is announced. */
export interface LiveViewersOptions {
  readonly urls: readonly string[];
  readonly channel: string;
  readonly renditionBytes: Readonly<Record<string, number>>;
  readonly schedule: ScheduleOptions;
  readonly count: number;
  readonly lastsMs: number;
}

/** A segment that a player fetched after it was announced. */
export interface LiveView extends Omit<BodyResult, "head"> {
  readonly index: number;
  readonly rendition: string;
  /** From its publication to the request. */
  readonly sinceMs: number;
}

export interface Viewers {
  readonly crowd: (options: CrowdOptions) => Promise<readonly BodyResult[]>;
  readonly stream: (options: StreamOptions) => Promise<StreamCounts>;
  readonly live: (options: LiveViewersOptions) => Promise<readonly LiveView[]>;
  readonly lag: (fromMs: number, toMs: number) => Promise<LagReport>;
  readonly stop: () => Promise<void>;
}

export function startViewers(): Viewers {
  const child = startChild(new URL("./viewer-process.ts", import.meta.url));
  return {
    crowd: (options) => child.call("crowd", options),
    stream: (options) => child.call("stream", options),
    live: (options) => child.call("live", options),
    lag: (fromMs, toMs) => child.call("lag", fromMs, toMs),
    stop: child.stop,
  };
}
