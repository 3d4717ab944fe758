// The origins of segments as their owner sees them: a process of their own behind calls.

import { startChild } from "../child-calls.ts";
import type { LagReport } from "../live/lag-meter.ts";
import type { SegmentFault, SegmentRead, SegmentStation } from "./segment-station.ts";

export interface SegmentOrigins {
  /** Starts a station and returns its address, without a slash at the end. */
  readonly listen: (station: SegmentStation) => Promise<string>;
  readonly setFault: (name: string, fault: SegmentFault | null) => Promise<void>;
  readonly reads: (name: string, fromMs: number, toMs: number) => Promise<readonly SegmentRead[]>;
  readonly lag: (fromMs: number, toMs: number) => Promise<LagReport>;
  readonly stop: () => Promise<void>;
}

export function startSegmentOrigins(): SegmentOrigins {
  const child = startChild(new URL("./origin-process.ts", import.meta.url));
  return {
    listen: async (station) => `http://127.0.0.1:${await child.call<number>("listen", station)}`,
    setFault: (name, fault) => child.call("setFault", name, fault),
    reads: (name, fromMs, toMs) => child.call("reads", name, fromMs, toMs),
    lag: (fromMs, toMs) => child.call("lag", fromMs, toMs),
    stop: child.stop,
  };
}
