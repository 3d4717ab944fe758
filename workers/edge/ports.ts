// Everything outside a request that its way may touch, gathered once per request. Tests and the
// warm agent walk the same way with ports of their own.

import type { CatalogIndex } from "../core/config/catalog-index.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import { FAILURE_RULES, type OriginFailure } from "../core/health/failure.ts";
import type { OriginPort } from "../core/origin/port.ts";
import type { Asset } from "../core/resolve/asset.ts";
import type { EdgeCache } from "../platform/edge-cache.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import type { Isolate } from "./isolate.ts";

export interface Ports {
  readonly origins: OriginPort<OriginBody>;
  readonly cache: EdgeCache;
  readonly isolate: Isolate;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** An asset together with the policy that applies to it now. */
export interface Situation {
  readonly asset: Asset;
  readonly choice: ChannelChoice;
  readonly index: CatalogIndex;
}

/** Remembers a failure for the next requests of this isolate, if it is the origin's fault. */
export function noteFailure(isolate: Isolate, failure: OriginFailure, nowMs: number): void {
  if (FAILURE_RULES[failure.failure].blame) isolate.originFailures.set(failure.originId, nowMs);
}
