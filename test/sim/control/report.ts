// A history in words: for whoever replays a seed.

import type { Fault } from "./judge.ts";
import type { Plan } from "./plan.ts";
import type { History } from "./record.ts";

export function printFaults(seed: number, faults: readonly Fault[]): string {
  if (faults.length === 0) return `sim control: seed ${seed}: no fault`;
  const lines = faults.map(({ law, atMs, words }) => `  ${printAt(atMs)} ${law}: ${words}`);
  return [`sim control: seed ${seed}: npm run sim -- control --seed ${seed}`, ...lines].join("\n");
}

export function printPlan(plan: Plan): string {
  const { scenario, replicas, targetMs, loss, heldBack, jitterMs, copyLagMs, origins } = plan;
  const noise = `loss ${(loss * 100).toFixed(1)} %, held back ${(heldBack * 100).toFixed(1)} %`;
  const who = origins.map(({ id, region, lagMs }) => `${id} (${region}, ${lagMs} ms)`).join(", ");
  return [
    `scenario ${scenario}, ${replicas}, target ${targetMs} ms, ${who}`,
    `${noise}, jitter ${jitterMs} ms, copies ${copyLagMs} ms late`,
    ...plan.troubles.map((trouble) => {
      const { kind, fromMs, toMs, ...rest } = trouble;
      return `  ${printAt(fromMs)} to ${printAt(toMs)} ${kind} ${JSON.stringify(rest)}`;
    }),
  ].join("\n");
}

/** Decisions, policies and the feed in one list. */
export function printTrace({ records, published, feeds }: History): string {
  const lines = [
    ...records.map(({ realMs, kind, channelId, originId, from, to, reason, inputs }) => {
      const what = `${kind} ${channelId ?? ""} ${originId ?? ""} ${from ?? ""} -> ${to ?? ""}`;
      return { atMs: realMs, words: `${what}: ${reason} ${JSON.stringify(inputs)}` };
    }),
    ...published.map(({ atMs, policy }) => {
      const orders = policy.channels.map(({ id, current, timelines }) => {
        const all = timelines.map(({ n, origins }) => `@t${n} ${origins.join(">")}`).join(" | ");
        return `${id} ${current}: ${all}`;
      });
      return { atMs, words: `policy ${policy.version}: ${orders.join("; ")}` };
    }),
    ...feeds.map(({ atMs, from, to, isVisible }) => {
      return { atMs, words: `feed ${from} -> ${to}${isVisible ? " behind a discontinuity" : ""}` };
    }),
  ].sort((a, b) => a.atMs - b.atMs);
  return lines.map(({ atMs, words }) => `${printAt(atMs)} ${words}`).join("\n");
}

function printAt(atMs: number): string {
  return `${(atMs / 1_000).toFixed(3)} s`;
}
