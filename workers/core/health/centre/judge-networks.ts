// Networks of viewers in the health centre's tick: judged by networks.ts, and every change written
// down with the shares that it rests on.

import { decideNetworks, toResumedNetworks, toTroubled } from "../networks.ts";
import { type Draft, note } from "./centre.ts";

/** Judges every network that was heard of. */
export function applyNetworks(draft: Draft): void {
  const { networks, troubled } = draft.centre;
  const resumed = toResumedNetworks(networks, troubled, draft.nowMs);
  const { book, changes } = decideNetworks(resumed, draft.nowMs);
  draft.centre = { ...draft.centre, networks: book };
  if (changes.length > 0) draft.centre = { ...draft.centre, troubled: toTroubled(book) };
  for (const { row, own, others } of changes) {
    const { region, host, network, isTroubled } = row;
    note(draft, {
      kind: "network",
      actor: "health",
      channelId: null,
      originId: null,
      region,
      from: isTroubled ? "smooth" : "starved",
      to: isTroubled ? "starved" : "smooth",
      reason: isTroubled
        ? "its players starve, others do not"
        : "its players are to be tried again",
      inputs: {
        network: `AS${network}`,
        host,
        starvedShare: Math.round(own.share * 1_000) / 1_000,
        reports: own.tries,
        othersShare: Math.round(others.share * 1_000) / 1_000,
      },
    });
  }
}
