// What a fill needs of the place where it runs: an isolate of the edge, or a filler object.

import type { RescuePlace } from "../../core/contract/live.ts";
import type { OriginFailure } from "../../core/health/failure.ts";
import type { HedgePurse } from "../../core/origin/hedge.ts";
import type { OriginPort } from "../../core/origin/port.ts";
import type { Log } from "../../platform/log.ts";
import type { OriginBody } from "../../platform/origin-fetch.ts";

/** What is remembered of origins between fills. */
export interface OriginMemory {
  /** Channel and origin -> when it last failed here with blame. */
  readonly originFailures: Map<string, number>;
  /** Origin -> its usual time to headers, milliseconds. */
  readonly originLatencies: Map<string, number>;
  /** Origin -> until when its bodies are verified before anybody gets a byte, Unix milliseconds. */
  readonly originSuspects: Map<string, number>;
  /** The budget of hedges. */
  readonly purse: () => HedgePurse;
  readonly spend: (event: "request" | "hedge" | "rescue") => void;
  /** Counts a failure with blame. */
  readonly fault: (failure: OriginFailure) => void;
}

export interface FillPorts {
  readonly origins: OriginPort<OriginBody>;
  readonly isolate: OriginMemory;
  /** The relay of a live channel, which knows files' other names. */
  readonly live: (channelId: string) => { relay(shard: number): RescueAsker };
  readonly log: Log;
}

export interface RescueAsker {
  rescue(channel: string, timeline: number, path: string): Promise<readonly RescuePlace[]>;
}
