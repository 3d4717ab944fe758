// Delivery hosts with their verdicts, and who has taken one out.

import type { Paint, Tone } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printSpan } from "./units.ts";

export interface HostLine {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  readonly verdict: string;
  readonly changedAgoMs: number | null;
  readonly detail: string | null;
  readonly drained: { readonly by: string; readonly forMs: number | null } | null;
}

const TONES: Readonly<Record<string, Tone>> = { green: "good", red: "bad", unknown: "dim" };

const COLUMNS: readonly Column<HostLine>[] = [
  { head: "PATHWAY", cell: ({ id }) => id },
  { head: "URL", cell: ({ url }) => url },
  { head: "WEIGHT", cell: ({ weight }) => weight, align: "right" },
  { head: "VERDICT", cell: ({ verdict }) => ({ text: verdict, tone: TONES[verdict] ?? "warn" }) },
  { head: "SINCE", cell: ({ changedAgoMs }) => printSpan(changedAgoMs), align: "right" },
  { head: "DRAINED", cell: ({ drained }) => printDrain(drained) },
  { head: "WHY", cell: ({ detail }) => detail },
];

/** The hosts, in the catalog's order. */
export function printHosts(hosts: readonly HostLine[], paint: Paint): string {
  return printTable(COLUMNS, hosts, paint, "The catalog has no pathways ([[hosts]]).");
}

function printDrain(drained: HostLine["drained"]): string {
  if (drained === null) return "no";
  const { by, forMs } = drained;
  return forMs === null ? `by ${by}` : `by ${by}, for ${printSpan(forMs)}`;
}
