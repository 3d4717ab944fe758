// Whether a policy that was offered takes the place of the one that is held: for gates, isolates
// and everybody else between control and a request. A policy is never gone back from, whatever road
// it came by (a gate, a KV copy that is a minute old, a control worker that lost its storage):
// versions follow the clock for this.

import { acceptsContract } from "../contract/message.ts";
import type { Policy } from "../contract/policy.ts";

/** "newer": take it. "same": it confirms what is held. "refused": older, or of a stranger. */
export type PolicySuccession = "newer" | "same" | "refused";

/** `heldVersion` is null while nothing is held. */
export function decidePolicySuccession(
  heldVersion: number | null,
  offered: Pick<Policy, "contract" | "version">,
): PolicySuccession {
  if (!acceptsContract(offered.contract)) return "refused";
  if (heldVersion === null || offered.version > heldVersion) return "newer";
  return offered.version === heldVersion ? "same" : "refused";
}
