// Child process: the live origins of a bench, away from everybody else's load.
// Started by origins.ts.

import { serveCalls } from "../child-calls.ts";
import { readSteadyMs } from "./clock.ts";
import { startLagMeter } from "./lag-meter.ts";
import type { Fault } from "./origin-fault.ts";
import { LiveOrigin } from "./origin-server.ts";
import type { StationOptions } from "./station.ts";

const lag = startLagMeter();
const origins = new Map<string, LiveOrigin>();

function toOrigin(name: string): LiveOrigin {
  const origin = origins.get(name);
  if (origin === undefined) throw new Error(`There is no origin ${name}.`);
  return origin;
}

serveCalls({
  async listen(station: StationOptions) {
    const origin = new LiveOrigin(station);
    origins.set(station.name, origin);
    return await origin.listen();
  },
  /** When it happened, on the steady clock. */
  setFault(name: string, fault: Fault | null) {
    toOrigin(name).setFault(fault);
    return readSteadyMs();
  },
  reads: (name: string, fromMs: number, toMs: number) => toOrigin(name).reads(fromMs, toMs),
  lag: (fromMs: number, toMs: number) => lag.report(fromMs, toMs),
});
