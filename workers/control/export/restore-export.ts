// Puts an export back: the history of the catalog with its newest one in force, the orders that
// have not ended, the audit, what was decided and what went wrong, and the continuity ledgers, so
// that playlists go on where they were and no timeline's number is used twice. In this order,
// because orders and coordinators are about what a catalog names, and an origin that was banned
// should not serve for longer than it must.
//
// What stands here already stays: restoring is adding, and doing it twice is doing it once. It does
// NOT put counters back (they count what this account did), nor a ledger into a channel that has
// begun to play.

import type { Condition } from "../../core/api/condition.ts";
import { askMain, askObject } from "../api/ask-object.ts";
import type { CatalogApplied, KeptCatalog } from "../catalog-store.ts";
import type { Env } from "../env.ts";
import type { Manifest } from "./manifest.ts";
import type { OrderRow } from "./order-row.ts";
import { type RestoredPart, type RestoredRow, readRows } from "./read-export.ts";
import type { ExportPlace } from "./store.ts";

/** Characters of catalogs that are put back, newest first: one call to an object takes 32 MiB. */
const CATALOG_CHARS_MAX = 16 * 1024 * 1024;
const PAGE_ROWS = 500;

export interface Restored {
  readonly catalogs: number;
  /** Of the orders, those that are in force by this. */
  readonly orders: number;
  /** Of the API's audit, those that were not here. */
  readonly audit: number;
  readonly decisions: number;
  readonly incidents: number;
  readonly ledgers: number;
}

export type RestoreOutcome =
  | { readonly kind: "restored"; readonly applied: CatalogApplied; readonly counts: Restored }
  /** The catalog was not taken; nothing was changed. */
  | { readonly kind: "not-applied"; readonly applied: CatalogApplied };

/** Restores everything of a manifest whose files are whole. */
export async function restoreExport(
  env: Env,
  place: ExportPlace & { readonly kind: "place" },
  manifest: Manifest,
  by: string,
  condition: Condition,
): Promise<RestoreOutcome> {
  const catalogs = await readCatalogs(place, manifest);
  const applied = await askMain(env.CATALOGS, (store) => store.restore(catalogs, by, condition));
  if (applied.kind !== "applied") return { kind: "not-applied", applied };
  const orders = await restoreOrders(env, place, manifest);
  let audit = 0;
  await restoreRows(place, manifest, "audit", async (rows) => {
    audit += await askMain(env.AUDIT, (store) => store.restore(rows));
  });
  const decisions = await restoreRows(place, manifest, "decisions", (rows) =>
    askMain(env.HEALTH, (health) => health.restoreBook(rows, [])),
  );
  const incidents = await restoreRows(place, manifest, "incidents", (rows) =>
    askMain(env.HEALTH, (health) => health.restoreBook([], rows)),
  );
  const region = env.WEIR_REGIONS.split(",")[0] ?? "";
  let ledgers = 0;
  for await (const rows of readRows(place, manifest, "ledgers")) {
    for (const { channel, snapshot } of rows) {
      await askObject(env.COORDINATORS, `${channel}#g1`, (it) => it.seed(region, snapshot));
      ledgers += 1;
    }
  }
  const counts = { catalogs: catalogs.length, orders, audit, decisions, incidents, ledgers };
  return { kind: "restored", applied, counts };
}

async function restoreOrders(
  env: Env,
  place: ExportPlace & { readonly kind: "place" },
  manifest: Manifest,
): Promise<number> {
  const rows: OrderRow[] = [];
  for await (const page of readRows(place, manifest, "orders")) rows.push(...page);
  const overrides = rows.flatMap((row) => (row.kind === "override" ? [row.override] : []));
  const events = rows.flatMap((row) => (row.kind === "event" ? [row.event] : []));
  const lost = { overrides, events };
  let count = await askMain(env.HEALTH, (health) => health.restoreOrders(lost));
  for (const row of rows) {
    if (row.kind !== "pathway") continue;
    const { pathwayId, drain } = row;
    const isTaken = await askMain(env.HOSTS, (desk) => desk.restoreDrain(pathwayId, drain));
    if (isTaken) count += 1;
  }
  return count;
}

/** Gives the rows of a part to `take`, a bounded number at a time; how many there were. */
async function restoreRows<Part extends RestoredPart>(
  place: ExportPlace & { readonly kind: "place" },
  manifest: Manifest,
  part: Part,
  take: (rows: readonly RestoredRow<Part>[]) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  for await (const rows of readRows(place, manifest, part)) {
    for (let from = 0; from < rows.length; from += PAGE_ROWS) {
      await take(rows.slice(from, from + PAGE_ROWS));
    }
    count += rows.length;
  }
  return count;
}

async function readCatalogs(
  place: ExportPlace & { readonly kind: "place" },
  manifest: Manifest,
): Promise<readonly KeptCatalog[]> {
  const all: KeptCatalog[] = [];
  for await (const rows of readRows(place, manifest, "catalogs")) all.push(...rows);
  let chars = 0;
  return all
    .sort((a, b) => b.version - a.version)
    .filter(({ text }) => {
      chars += text.length;
      return chars <= CATALOG_CHARS_MAX;
    });
}
