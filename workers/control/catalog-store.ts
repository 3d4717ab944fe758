// Keeps every catalog that was ever applied, and which one is in force. A file is checked here,
// inside the one object that may change it, so that what is stored is always valid and two people
// applying at once cannot overwrite each other unseen (compare-and-set by version).

import { DurableObject } from "cloudflare:workers";
import type { Catalog } from "../core/config/catalog.ts";
import { type CatalogProblem, readCatalog } from "../core/config/read-catalog.ts";
import { readClockMs } from "../platform/clock.ts";
import type { Env } from "./env.ts";
import { MAIN } from "./object-names.ts";

export interface CatalogVersion {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
  readonly text: string;
}

export type CatalogApplied =
  | { readonly kind: "applied"; readonly version: number; readonly changed: boolean }
  | { readonly kind: "refused"; readonly problems: readonly CatalogProblem[] }
  | { readonly kind: "conflict"; readonly version: number };

interface Row extends Record<string, SqlStorageValue> {
  readonly version: number;
  readonly applied_at_ms: number;
  readonly applied_by: string;
  readonly text: string;
  readonly catalog: string;
}

export class CatalogStore extends DurableObject<Env> {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS catalogs (
         version INTEGER PRIMARY KEY, applied_at_ms INTEGER, applied_by TEXT,
         text TEXT, catalog TEXT)`,
    );
  }

  /** The catalog in force, or null before the first. */
  current(): CatalogVersion | null {
    const row = this.#newest();
    if (row === null) return null;
    return {
      version: row.version,
      appliedAtMs: row.applied_at_ms,
      appliedBy: row.applied_by,
      text: row.text,
    };
  }

  /**
   * Checks and applies a catalog file. `expected` is the version it was written against, or null
   * to replace whatever is there. Nothing changes unless the answer is `applied`.
   */
  async apply(text: string, appliedBy: string, expected: number | null): Promise<CatalogApplied> {
    const newest = this.#newest();
    const version = newest?.version ?? 0;
    if (expected !== null && expected !== version) return { kind: "conflict", version };
    const rules = { allowIpOrigins: this.env.WEIR_ALLOW_IP_ORIGINS === "1" };
    const reading = readCatalog(text, rules);
    if (reading.kind === "refused") return reading;
    const json = JSON.stringify(reading.catalog);
    const changed = json !== newest?.catalog;
    const applied = changed || newest === null ? version + 1 : version;
    if (applied !== version) {
      this.ctx.storage.sql.exec(
        "INSERT INTO catalogs VALUES (?, ?, ?, ?, ?)",
        applied,
        readClockMs(),
        appliedBy,
        text,
        json,
      );
    }
    await this.#announce(applied, reading.catalog);
    return { kind: "applied", version: applied, changed };
  }

  #newest(): Row | null {
    const rows = this.ctx.storage.sql.exec<Row>(
      "SELECT * FROM catalogs ORDER BY version DESC LIMIT 1",
    );
    return rows.toArray()[0] ?? null;
  }

  async #announce(version: number, catalog: Catalog): Promise<void> {
    await this.env.HEALTH.getByName(MAIN).useCatalog(version, catalog);
    await this.env.HOSTS.getByName(MAIN).use(catalog.pathways ?? []);
    await this.env.ALERTS.getByName(MAIN).use(catalog.contacts ?? []);
  }
}
