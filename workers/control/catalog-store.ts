// Keeps every catalog that was ever applied, and which one is in force. A file is checked here,
// inside the one object that may change it, so that what is stored is always valid and two people
// applying at once cannot overwrite each other unseen (compare-and-set by version).
//
// Going back to an earlier version applies its text again, under a new number: numbers only rise,
// and the history says what happened.

import { DurableObject } from "cloudflare:workers";
import { type Condition, isHolding } from "../core/api/condition.ts";
import type { Catalog } from "../core/config/catalog.ts";
import { type CatalogChange, toCatalogChanges } from "../core/config/catalog-diff.ts";
import { type CatalogProblem, readCatalog } from "../core/config/read-catalog.ts";
import { toRenumberedIds } from "../core/health/renumber.ts";
import { readClockMs } from "../platform/clock.ts";
import type { Env } from "./env.ts";
import { MAIN } from "./object-names.ts";

export interface CatalogLine {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
}

/** A version as an export keeps it. */
export interface KeptCatalog extends CatalogLine {
  readonly text: string;
}

export interface CatalogVersion extends CatalogLine {
  readonly text: string;
  readonly catalog: Catalog;
}

export type CatalogApplied =
  | {
      readonly kind: "applied";
      readonly version: number;
      readonly before: number | null;
      readonly changes: readonly CatalogChange[];
      /** Channels that start over under new timelines. */
      readonly newTimelines: readonly string[];
    }
  | { readonly kind: "refused"; readonly problems: readonly CatalogProblem[] }
  /** The condition is false, or there is none where one is needed. */
  | { readonly kind: "stale" | "condition-needed"; readonly version: number | null };

export interface CatalogStoreApi {
  /** The catalog in force, or null before the first. */
  current(): Promise<CatalogVersion | null>;
  /** Any version that ever was. */
  version(version: number): Promise<CatalogVersion | null>;
  /** Newest first, below `before`. */
  versions(before: number | null, countMax: number): Promise<readonly CatalogLine[]>;
  /**
   * Checks and applies a catalog file. Nothing changes unless the answer is `applied`. Applying the
   * same file in the same name under the same condition again is the same apply, so that an answer
   * that got lost may be asked for again.
   */
  apply(text: string, appliedBy: string, condition: Condition): Promise<CatalogApplied>;
  /**
   * Puts the history of an export back and its newest catalog into force. Versions that are here
   * stay what they are; nothing changes unless the answer is `applied`. Twice is once.
   */
  restore(
    versions: readonly KeptCatalog[],
    appliedBy: string,
    condition: Condition,
  ): Promise<CatalogApplied>;
}

interface LineRow extends Record<string, SqlStorageValue> {
  readonly version: number;
  readonly applied_at_ms: number;
  readonly applied_by: string;
}

interface Row extends LineRow {
  readonly text: string;
  readonly catalog: string;
}

export class CatalogStore extends DurableObject<Env> implements CatalogStoreApi {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS catalogs (
         version INTEGER PRIMARY KEY, applied_at_ms INTEGER, applied_by TEXT,
         text TEXT, catalog TEXT)`,
    );
  }

  async current(): Promise<CatalogVersion | null> {
    const row = this.#newest();
    return row === null ? null : toVersion(row);
  }

  async version(version: number): Promise<CatalogVersion | null> {
    const row = this.#row(version);
    return row === null ? null : toVersion(row);
  }

  async versions(before: number | null, countMax: number): Promise<readonly CatalogLine[]> {
    const rows = this.ctx.storage.sql.exec<LineRow>(
      `SELECT version, applied_at_ms, applied_by FROM catalogs WHERE ? IS NULL OR version < ?
       ORDER BY version DESC LIMIT ?`,
      ...[before, before, countMax],
    );
    return rows.toArray().map(toLine);
  }

  async apply(text: string, appliedBy: string, condition: Condition): Promise<CatalogApplied> {
    const newest = this.#newest();
    const version = newest?.version ?? null;
    const verdict = this.#judge(condition, newest, text, appliedBy);
    if (verdict !== "go") return { kind: verdict, version };
    const reading = readCatalog(text, { allowIpOrigins: this.env.WEIR_ALLOW_IP_ORIGINS === "1" });
    if (reading.kind === "refused") return reading;
    const { catalog } = reading;
    const json = JSON.stringify(catalog);
    const isNew = json !== newest?.catalog;
    const applied = isNew ? (version ?? 0) + 1 : (version ?? 1);
    if (isNew) this.#insert(applied, appliedBy, text, json);
    // Also if nothing is new: an announcement that failed is made up for by applying again.
    await this.env.HEALTH.getByName(MAIN).useCatalog(applied, catalog);
    await this.env.HOSTS.getByName(MAIN).use(catalog.pathways ?? []);
    await this.env.ALERTS.getByName(MAIN).use(catalog.contacts ?? []);
    await this.env.HOT.getByName(MAIN).use(catalog);
    const old = newest === null ? null : (JSON.parse(newest.catalog) as Catalog);
    const changes = toCatalogChanges(old, catalog);
    if (isNew) await this.#tell(appliedBy, version, applied, changes.length);
    return {
      kind: "applied",
      version: applied,
      before: version,
      changes,
      newTimelines: toRenumberedIds(old, catalog),
    };
  }

  async restore(
    versions: readonly KeptCatalog[],
    appliedBy: string,
    condition: Condition,
  ): Promise<CatalogApplied> {
    const sorted = [...versions].sort((a, b) => a.version - b.version);
    const wanted = sorted.at(-1);
    if (wanted === undefined) return { kind: "refused", problems: [] };
    const newest = this.#newest();
    const verdict = this.#judge(condition, newest, wanted.text, appliedBy);
    if (verdict !== "go") return { kind: verdict, version: newest?.version ?? null };
    const rules = { allowIpOrigins: this.env.WEIR_ALLOW_IP_ORIGINS === "1" };
    const reading = readCatalog(wanted.text, rules);
    if (reading.kind === "refused") return reading;
    for (const { version, appliedAtMs, appliedBy: by, text } of sorted) {
      // What an older Weir took and this one would not is history all the same, but cannot be
      // gone back to: without its read form it is left out.
      const past = readCatalog(text, { allowIpOrigins: true });
      if (past.kind === "refused") continue;
      this.ctx.storage.sql.exec(
        "INSERT OR IGNORE INTO catalogs VALUES (?, ?, ?, ?, ?)",
        ...[version, appliedAtMs, by, text, JSON.stringify(past.catalog)],
      );
    }
    const old = newest === null ? null : (JSON.parse(newest.catalog) as Catalog);
    const applied = await this.apply(wanted.text, appliedBy, { kind: "any" });
    if (applied.kind !== "applied") return applied;
    return {
      ...applied,
      before: newest?.version ?? null,
      changes: toCatalogChanges(old, reading.catalog),
      newTimelines: toRenumberedIds(old, reading.catalog),
    };
  }

  /**
   * Into the story of decisions, where whoever looks for a cause will look. If that fails, the
   * audit has it still.
   */
  async #tell(actor: string, before: number | null, after: number, count: number): Promise<void> {
    const entry = {
      kind: "catalog",
      actor,
      ...{ channelId: null, originId: null, region: null },
      from: before === null ? null : `version ${before}`,
      to: `version ${after}`,
      reason: "applied",
      inputs: { changes: count },
    } as const;
    await this.env.HEALTH.getByName(MAIN)
      .note(entry)
      .catch(() => undefined);
  }

  #judge(
    condition: Condition,
    newest: Row | null,
    text: string,
    appliedBy: string,
  ): "go" | "stale" | "condition-needed" {
    if (newest === null) return isHolding(condition, null) ? "go" : "stale";
    if (condition.kind === "none") return "condition-needed";
    if (isHolding(condition, newest.version)) return "go";
    const isSame = newest.text === text && newest.applied_by === appliedBy;
    return isSame && isHolding(condition, newest.version - 1) ? "go" : "stale";
  }

  #insert(version: number, appliedBy: string, text: string, json: string): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO catalogs VALUES (?, ?, ?, ?, ?)",
      ...[version, readClockMs(), appliedBy, text, json],
    );
  }

  #newest(): Row | null {
    const rows = this.ctx.storage.sql.exec<Row>(
      "SELECT * FROM catalogs ORDER BY version DESC LIMIT 1",
    );
    return rows.toArray()[0] ?? null;
  }

  #row(version: number): Row | null {
    const rows = this.ctx.storage.sql.exec<Row>(
      "SELECT * FROM catalogs WHERE version = ?",
      version,
    );
    return rows.toArray()[0] ?? null;
  }
}

function toLine(row: LineRow): CatalogLine {
  const { version, applied_at_ms: appliedAtMs, applied_by: appliedBy } = row;
  return { version, appliedAtMs, appliedBy };
}

function toVersion(row: Row): CatalogVersion {
  return { ...toLine(row), text: row.text, catalog: JSON.parse(row.catalog) as Catalog };
}
