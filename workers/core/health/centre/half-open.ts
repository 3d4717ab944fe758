// Nodes whose ban is over: each gets its traffic back when its origin has been seen well since, and
// is banned for another term when it has not. For the tick of the health centre. A node has no
// address of its own; what is looked at is the origin that it stands behind.

import { applyNodeProbe, listHalfOpen, type NodeRecord } from "../heartbeats.ts";
import { type Draft, note } from "./centre.ts";

/** Judges every node that waits for a look. */
export function applyHalfOpen(draft: Draft): void {
  for (const node of listHalfOpen(draft.centre.nodes)) {
    const isGood = decideNode(draft, node);
    if (isGood === null) continue;
    const { originId } = node;
    const nodes = applyNodeProbe(draft.centre.nodes, originId, node.node, isGood, draft.nowMs);
    draft.centre = { ...draft.centre, nodes };
    note(draft, {
      kind: "node-ban",
      actor: "health",
      channelId: null,
      originId,
      region: null,
      from: "half-open",
      to: isGood ? "free" : "banned",
      reason: isGood ? "its origin was seen well" : "its origin is still out",
      inputs: { node: node.node },
    });
  }
}

/** Null: nobody has looked since its ban was over. */
function decideNode({ centre }: Draft, { originId, ban }: NodeRecord): boolean | null {
  if (ban.kind !== "half-open") return null;
  const uses = centre.uses.get(originId) ?? [];
  const rows = uses.flatMap(({ channelId }) => {
    const views = [...(centre.views.get(channelId)?.values() ?? [])];
    return views.filter((view) => view.originId === originId);
  });
  const since = rows.filter(({ heardAtMs }) => heardAtMs > ban.sinceMs);
  if (since.length === 0) return null;
  return since.some(({ lastGoodAtMs }) => lastGoodAtMs !== null && lastGoodAtMs > ban.sinceMs);
}
