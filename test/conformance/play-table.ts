// Plays the whole table against several caches at once. Rows wait for lifetimes to pass, so many of
// them are under way together: the table takes as long as its slowest rows, not as their sum.

import { Agent } from "node:http";
import type { Row } from "./case.ts";
import type { TableOrigin } from "./origin.ts";
import { type CacheUnderTest, type Fault, playRow } from "./run-case.ts";

/** What came of one row at one cache; `notApplied` says why it was not played there. */
export type Outcome =
  | { readonly kind: "kept" }
  | { readonly kind: "broken"; readonly fault: string }
  | { readonly kind: "not-applied"; readonly why: string };

export interface Played {
  readonly group: string;
  readonly row: Row;
  /** By the cache's name. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Rows under way at one cache at the same time. */
const AT_ONCE = 24;

export async function playTable(
  table: Readonly<Record<string, readonly Row[]>>,
  caches: readonly CacheUnderTest[],
  origin: TableOrigin,
): Promise<readonly Played[]> {
  const all = Object.entries(table).flatMap(([group, rows]) => rows.map((row) => ({ group, row })));
  // The rows that wait longest begin first, so that none of them is waited for alone.
  const order = all.toSorted((a, b) => toWaitMs(b.row) - toWaitMs(a.row));
  const outcomes = new Map(all.map(({ row }) => [row, new Map<string, Outcome>()]));
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  await Promise.all(
    caches.map(async (cache) => {
      const queue = [...order];
      const work = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const { row, group } = next;
          outcomes.get(row)?.set(cache.name, await play(row, group, cache, origin, agent));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    }),
  );
  agent.destroy();
  return all.map(({ row, group }) => ({ row, group, outcomes: outcomes.get(row) ?? new Map() }));
}

async function play(
  row: Row,
  group: string,
  cache: CacheUnderTest,
  origin: TableOrigin,
  agent: Agent,
): Promise<Outcome> {
  const why = cache.reader === "weir" ? row.notWeir : row.notPeers;
  if (why !== undefined) return { kind: "not-applied", why };
  const fault: Fault = await playRow(row, group, cache, origin, agent);
  return fault === null ? { kind: "kept" } : { kind: "broken", fault };
}

function toWaitMs({ steps, origin }: Row): number {
  const pausesMs = steps.reduce((sum, { afterMs = 0 }) => sum + afterMs, 0);
  return origin.reduce((sum, { delayMs = 0 }) => sum + delayMs, pausesMs);
}
