// Who packages what: counted once per history, because laws depend on it.

import type { Origin } from "./origin.ts";

/** How many origins package a run. */
export function countOrigins(origins: readonly Origin[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { plan } of origins) {
    const runs = plan.nodes.flatMap((node) => node.plan.runs.map(({ encoder }) => encoder.plan.id));
    for (const run of new Set(runs)) counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

/** Runs whose packagers all write dates. */
export function toDated(origins: readonly Origin[]): ReadonlySet<number> {
  const dated = new Set<number>();
  const undated = new Set<number>();
  for (const { plan } of origins) {
    for (const { plan: node } of plan.nodes) {
      const list = node.dates === "none" ? undated : dated;
      for (const { encoder } of node.runs) list.add(encoder.plan.id);
    }
  }
  return new Set([...dated].filter((id) => !undated.has(id)));
}
