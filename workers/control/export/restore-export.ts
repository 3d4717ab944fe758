// Puts an export back: the history of the catalog with its newest one in force, the audit, and the
// continuity ledgers, so that playlists go on where they were and no timeline's number is used
// twice. In this order, because a coordinator is seeded under the catalog that names its channel.
//
// What stands here already stays: restoring is adding, and doing it twice is doing it once. It does
// NOT put counters back (they count what this account did), nor a ledger into a channel that has
// begun to play.

import type { Condition } from "../../core/api/condition.ts";
import { askMain, askObject } from "../ask-object.ts";
import type { CatalogApplied, KeptCatalog } from "../catalog-store.ts";
import type { Env } from "../env.ts";
import type { Manifest } from "./manifest.ts";
import { readRows } from "./read-export.ts";
import type { ExportPlace } from "./store.ts";

/** Characters of catalogs that are put back, newest first: one call to an object takes 32 MiB. */
const CATALOG_CHARS_MAX = 16 * 1024 * 1024;
const AUDIT_ROWS = 500;

export interface Restored {
  readonly catalogs: number;
  readonly audit: number;
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
  let audit = 0;
  for await (const rows of readRows(place, manifest, "audit")) {
    for (let from = 0; from < rows.length; from += AUDIT_ROWS) {
      const page = rows.slice(from, from + AUDIT_ROWS);
      audit += await askMain(env.AUDIT, (store) => store.restore(page));
    }
  }
  const region = env.WEIR_REGIONS.split(",")[0] ?? "";
  let ledgers = 0;
  for await (const rows of readRows(place, manifest, "ledgers")) {
    for (const { channel, snapshot } of rows) {
      await askObject(env.COORDINATORS, `${channel}#g1`, (it) => it.seed(region, snapshot));
      ledgers += 1;
    }
  }
  return { kind: "restored", applied, counts: { catalogs: catalogs.length, audit, ledgers } };
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
