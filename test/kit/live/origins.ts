// The live origins of a bench as their owner sees them: a process of their own behind calls.

import { startChild } from "../child-calls.ts";
import type { LagReport } from "./lag-meter.ts";
import type { Fault } from "./origin-fault.ts";
import type { OriginRead } from "./origin-server.ts";
import type { StationOptions } from "./station.ts";

export interface LiveOrigins {
  /** Starts a station and returns its address, without a slash at the end. */
  readonly listen: (station: StationOptions) => Promise<string>;
  readonly setFault: (name: string, fault: Fault | null) => Promise<number>;
  /** Requests for media playlists that arrived between two moments. */
  readonly reads: (name: string, fromMs: number, toMs: number) => Promise<readonly OriginRead[]>;
  readonly lag: (fromMs: number, toMs: number) => Promise<LagReport>;
  readonly stop: () => Promise<void>;
}

export function startLiveOrigins(): LiveOrigins {
  const child = startChild(new URL("./origin-process.ts", import.meta.url));
  return {
    listen: async (station) => {
      const port = await child.call<number>("listen", station);
      return `http://127.0.0.1:${port}`;
    },
    setFault: (name, fault) => child.call("setFault", name, fault),
    reads: (name, fromMs, toMs) => child.call("reads", name, fromMs, toMs),
    lag: (fromMs, toMs) => child.call("lag", fromMs, toMs),
    stop: child.stop,
  };
}
