// The calls that one worker makes to another worker's objects. The object implements the
// interface, the caller binds the object by script name and sees nothing else of it.

import type { Catalog } from "../config/catalog.ts";
import type { GateReading, Policy } from "./policy.ts";
import type { EventProgress, PreloadRequest, WarmResult, WarmTarget } from "./warming.ts";

/** Edge: one per region; holds the policy for every isolate there. */
export interface RegionGateApi {
  /** Takes a policy unless it holds a newer one. The catalog is the one that the policy names. */
  publish(policy: Policy, catalog: Catalog): Promise<void>;
  /** The policy, or null if none was ever published here. */
  read(haveCatalogVersion: number): Promise<GateReading | null>;
}

/** A playlist as viewers of a region get it. */
export interface SeenPlaylist {
  readonly status: number;
  readonly text: string;
}

/** Edge: one per region; fetches the edge's own delivery path there and reads back. */
export interface WarmAgentApi {
  /** Reads a playlist for the planner; `path` is a viewer path below the channel. */
  readPlaylist(target: WarmTarget): Promise<SeenPlaylist>;
  warm(targets: readonly WarmTarget[]): Promise<readonly WarmResult[]>;
}

/** Preload: one per event. */
export interface PreloadEventApi {
  /** Accepts an event and starts it. Accepting the same id again changes nothing. */
  accept(id: string, request: PreloadRequest): Promise<EventProgress>;
  /** Null if no such event was ever accepted. */
  progress(): Promise<EventProgress | null>;
  /** Results of one batch; a batch that is reported twice counts once. */
  report(batch: number, results: readonly WarmResult[]): Promise<void>;
}
