// Child process: the origins of segments of a bench, away from everybody else's load.
// Started by segment-origins.ts.

import { serveCalls } from "../child-calls.ts";
import { startLagMeter } from "../live/lag-meter.ts";
import { SegmentOrigin } from "./segment-origin.ts";
import type { SegmentFault, SegmentStation } from "./segment-station.ts";

const lag = startLagMeter();
const origins = new Map<string, SegmentOrigin>();

function toOrigin(name: string): SegmentOrigin {
  const origin = origins.get(name);
  if (origin === undefined) throw new Error(`There is no origin ${name}.`);
  return origin;
}

serveCalls({
  async listen(station: SegmentStation) {
    const origin = new SegmentOrigin(station);
    origins.set(station.name, origin);
    return await origin.listen();
  },
  setFault: (name: string, fault: SegmentFault | null) => toOrigin(name).setFault(fault),
  reads: (name: string, fromMs: number, toMs: number) => toOrigin(name).reads(fromMs, toMs),
  lag: (fromMs: number, toMs: number) => lag.report(fromMs, toMs),
});
