// Whom this very request should ask, in which order: the channel's choice, seen from its region,
// and with the canary in front for a session that was drawn for it. A library's canary is tried by
// files that nobody has yet, inside a timeline; what is cached already is everybody's. A live
// channel's canary has a number and a place of its own, and no part here.

import type { ChannelChoice } from "../core/contract/policy.ts";
import { isInShare } from "../core/health/operators/session-share.ts";
import { toCanaryChoice, toRegionChoice } from "../core/health/region-choice.ts";
import type { Ports } from "./ports.ts";

/** The choice as it holds for one request. */
export function toViewerChoice(choice: ChannelChoice, ports: Ports): ChannelChoice {
  const { canary } = choice;
  const regional = toRegionChoice(choice, ports.region);
  if (canary === undefined || canary.n !== undefined) return regional;
  if (!isInShare("canary", ports.session(), canary.share)) return regional;
  return toCanaryChoice(regional, canary.originId);
}
