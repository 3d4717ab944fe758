// The guards in front of a fill, whoever its bytes come from: is the name one that may be asked
// for, and is there room in the channel's bulkhead. A source that opens through them asks nobody
// before they have said yes, and once per fill, however many viewers wait for it. A fill that goes
// on after a break was let in already.

import { decideAdmission } from "../../core/origin/bulkhead.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import { refuseUnlisted } from "../library/listing-guard.ts";
import { refuseUnannounced } from "../live/name-guard.ts";
import type { Ports, Situation } from "../ports.ts";
import type { FillSource } from "./fill-source.ts";

/** Puts the guards in front of a source. */
export function makeGuardedSource(
  situation: Situation,
  ports: Ports,
  source: FillSource,
): FillSource {
  let isAdmitted = false;
  return {
    async open(place) {
      if (!isAdmitted && place.head === null) {
        const refused =
          refuseCrowd(situation, ports) ??
          (await refuseUnannounced(situation, ports)) ??
          // Preloading names what the storage itself listed a moment ago, and keeps a pace.
          (ports.cause === "preload" ? null : await refuseUnlisted(situation, ports));
        if (refused !== null) return refused;
      }
      isAdmitted = true;
      return source.open(place);
    },
    broke: (failure, detail) => source.broke(failure, detail),
  };
}

/** The channel's bulkhead; the fill that asks is among those that run. */
function refuseCrowd({ asset }: Situation, ports: Ports): OriginProblem | null {
  const running = ports.isolate.fills.countRunning(`${ports.region} /${asset.channel.id}/`);
  if (decideAdmission(ports.cause, Math.max(0, running - 1))) return null;
  return {
    kind: "problem",
    reason: "busy",
    detail: "As many files of this channel are on their way as may be.",
    originId: null,
    isAbsence: false,
  };
}
