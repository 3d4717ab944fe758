// Which origins operators want a live channel's coordinator to leave, also behind a discontinuity:
// what they ban or drain and, while another is pinned, everybody but that. For the health centre,
// which sends it with the policy; the order of the choice alone never cuts across timelines
// (core/continuity/switch.ts), because what is merely better is worth no seam.
//
// It does NOT find the one who takes over: the coordinator does, by what its own sources see
// (core/origin/feeder.ts), and stays where nobody else lives or can be joined.

import type { InForce } from "./override.ts";

/**
 * Decides whom to leave. `leader` is the first of the channel's choice: while that is one of them
 * (everybody else is dead, or an event freezes timelines), nobody has to be left.
 */
export function decideLeftOrigins(
  { pin, banned, drained }: Pick<InForce, "pin" | "banned" | "drained">,
  members: readonly string[],
  leader: string | null,
): readonly string[] {
  // A pin for every channel may name an origin that this one does not have.
  const isPinned = pin !== null && members.includes(pin);
  const left = members.filter(
    (id) => id !== pin && (isPinned || banned.has(id) || drained.has(id)),
  );
  return leader === null || left.includes(leader) ? [] : left;
}
