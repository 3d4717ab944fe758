// Records and incidents on disk, and their pages for whoever reads them: thirty days, newest first.
// An incident's row names its records by number, so that a record is kept once, and growing an
// incident costs its own small row.

import { AUDIT_EMPTY, type AuditLog, type AuditRecord } from "../../core/health/incidents/audit.ts";
import type { Incident } from "../../core/health/incidents/incident.ts";

/** Longest page; who asks for more gets this many. */
export const PAGE_MAX = 200;

export interface AuditAsk {
  /** Records before this one; null: from the newest on. */
  readonly beforeSeq: number | null;
  readonly limit: number;
  readonly channelId?: string | null;
  readonly originId?: string | null;
}

export interface AuditPage {
  readonly records: readonly AuditRecord[];
  /** To ask the next page with; null: this was the last one. */
  readonly nextBeforeSeq: number | null;
}

export interface IncidentAsk {
  /** Incidents that were opened before this one; null: from the newest on. */
  readonly beforeId: string | null;
  readonly limit: number;
  readonly isOpen?: boolean;
}

export interface IncidentPage {
  readonly incidents: readonly Incident[];
  readonly nextBeforeId: string | null;
}

/** More records than any account ever writes. */
const RESTORED_BELOW = 1e12;

/** With the numbers of its records in their place. */
export type StoredIncident = Omit<Incident, "entries"> & { readonly entries: readonly number[] };

export class AuditBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS records (
         seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, channel TEXT, origin TEXT,
         value TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS incidents (
         id TEXT PRIMARY KEY, opened_seq INTEGER NOT NULL, closed_at_ms INTEGER,
         value TEXT NOT NULL);
       CREATE INDEX IF NOT EXISTS incidents_by_age ON incidents (opened_seq)`,
    );
  }

  append(record: AuditRecord): void {
    const { seq, atMs, channelId, originId } = record;
    const text = JSON.stringify(record);
    const query = "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(query, seq, atMs, channelId, originId, text);
  }

  putIncident(incident: Incident): void {
    const { id, entries, closedAtMs } = incident;
    const stored: StoredIncident = { ...incident, entries: entries.map(({ seq }) => seq) };
    const openedSeq = entries[0]?.seq ?? 0;
    const query = "INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?)";
    this.#sql.exec(query, id, openedSeq, closedAtMs, JSON.stringify(stored));
  }

  dropIncident(id: string): void {
    this.#sql.exec("DELETE FROM incidents WHERE id = ?", id);
  }

  /**
   * Puts records and incidents of a lost account back, below everything of this one: their numbers
   * are moved, so that they never meet ours. Twice is once.
   */
  restore(records: readonly AuditRecord[], incidents: readonly StoredIncident[]): void {
    for (const record of records) this.append({ ...record, seq: record.seq - RESTORED_BELOW });
    for (const incident of incidents) {
      const { id } = incident;
      const entries = incident.entries.map((seq) => seq - RESTORED_BELOW);
      // What was open there is no trouble of this account's.
      const closedAtMs = incident.closedAtMs ?? incident.lastAdverseAtMs;
      const text = JSON.stringify({ ...incident, entries, closedAtMs, open: [] });
      const query = "INSERT OR IGNORE INTO incidents VALUES (?, ?, ?, ?)";
      this.#sql.exec(query, id, entries[0] ?? -RESTORED_BELOW, closedAtMs, text);
    }
  }

  /** Whether an order of this id was ever given here, as far as the records go back. */
  hasOrder(id: string): boolean {
    const query = `SELECT 1 FROM records WHERE seq >= 0
      AND json_extract(value, '$.kind') = 'override'
      AND json_extract(value, '$.inputs.id') = ? LIMIT 1`;
    return [...this.#sql.exec(query, id)].length > 0;
  }

  /** Takes out what is older; open incidents stay, with the records that are left of them. */
  prune(beforeMs: number): void {
    this.#sql.exec("DELETE FROM records WHERE at_ms < ?", beforeMs);
    this.#sql.exec("DELETE FROM incidents WHERE closed_at_ms < ?", beforeMs);
  }

  /** The log as the machine goes on with it: its last record, and the next number. */
  tail(): AuditLog {
    const [last] = this.#read("SELECT value FROM records ORDER BY seq DESC LIMIT 1");
    return last === undefined ? AUDIT_EMPTY : { nextSeq: last.seq + 1, records: [last] };
  }

  openIncidents(): readonly Incident[] {
    const query = "SELECT value FROM incidents WHERE closed_at_ms IS NULL ORDER BY opened_seq";
    return this.#incidents(query);
  }

  audit({ beforeSeq, limit, channelId = null, originId = null }: AuditAsk): AuditPage {
    const count = toLimit(limit);
    const records = this.#read(
      `SELECT value FROM records WHERE seq < ?1 AND (?2 IS NULL OR channel = ?2)
         AND (?3 IS NULL OR origin = ?3) ORDER BY seq DESC LIMIT ?4`,
      beforeSeq ?? Number.MAX_SAFE_INTEGER,
      channelId,
      originId,
      count + 1,
    );
    const page = records.slice(0, count);
    return {
      records: page,
      nextBeforeSeq: records.length > count ? (page.at(-1)?.seq ?? null) : null,
    };
  }

  incidents({ beforeId, limit, isOpen }: IncidentAsk): IncidentPage {
    const count = toLimit(limit);
    const incidents = this.#incidents(
      `SELECT value FROM incidents
         WHERE opened_seq < coalesce((SELECT opened_seq FROM incidents WHERE id = ?1), 1e15)
           AND (?2 IS NULL OR (closed_at_ms IS NULL) = ?2)
         ORDER BY opened_seq DESC LIMIT ?3`,
      beforeId,
      isOpen === undefined ? null : Number(isOpen),
      count + 1,
    );
    const page = incidents.slice(0, count);
    return {
      incidents: page,
      nextBeforeId: incidents.length > count ? (page.at(-1)?.id ?? null) : null,
    };
  }

  incident(id: string): Incident | null {
    return this.#incidents("SELECT value FROM incidents WHERE id = ?", id)[0] ?? null;
  }

  #incidents(query: string, ...words: SqlStorageValue[]): readonly Incident[] {
    return [...this.#sql.exec(query, ...words).raw<[string]>()].map(([text]) => {
      const stored = JSON.parse(text) as StoredIncident;
      const seqs = JSON.stringify(stored.entries);
      const entries = this.#read(
        `SELECT value FROM records WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`,
        seqs,
      );
      return { ...stored, entries };
    });
  }

  #read(query: string, ...words: SqlStorageValue[]): readonly AuditRecord[] {
    return [...this.#sql.exec(query, ...words).raw<[string]>()].map(
      ([text]) => JSON.parse(text) as AuditRecord,
    );
  }
}

function toLimit(limit: number): number {
  return Math.min(PAGE_MAX, Math.max(1, Math.floor(limit) || 1));
}
