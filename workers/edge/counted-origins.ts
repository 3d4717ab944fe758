// The origin port of an object: it keeps its part of the egress ledger and brings it to a gate as
// it goes. An object may live far from any viewer; its counts go to the gate of the region that
// everything without a place of its own is counted in.

import type { EgressCause } from "../core/contract/tally.ts";
import type { OriginPort } from "../core/origin/port.ts";
import { regionObject } from "../platform/objects.ts";
import { makeOriginPort, type OriginBody } from "../platform/origin-fetch.ts";
import type { Env } from "./env.ts";
import { countEgress, flush, makeMeasures } from "./measure.ts";
import { toRegion } from "./region.ts";

/** A counting port for one object. */
export function makeCountedOrigins(
  env: Env,
  context: Pick<DurableObjectState, "waitUntil">,
  cause: EgressCause,
): OriginPort<OriginBody> {
  const measures = makeMeasures();
  const origins = countEgress(makeOriginPort(env, "weir"), measures, cause);
  const gate = () => regionObject(env.GATES, toRegion(null, env.WEIR_REGION));
  return {
    async send(request) {
      const reply = await origins.send(request);
      flush(measures, gate, (work) => context.waitUntil(work));
      return reply;
    },
  };
}
