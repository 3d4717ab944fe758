// Everything that anybody changed through the API: who, what, before, after. An entry is opened
// before the work and closed behind it, so that what a dying worker has left half done stands there
// as unfinished, and nothing can be changed while nothing can be written down.
//
// Thirty days are kept (design section 6); the daily export keeps them longer. Entries are never
// changed once they are closed. What the health machines decide has a log of its own in the
// HealthCentre.

import { DurableObject } from "cloudflare:workers";
import { readClockMs } from "../../platform/clock.ts";
import type { Env } from "../env.ts";
import type {
  AuditAsk,
  AuditClosing,
  AuditEntry,
  AuditOpening,
  AuditOutcome,
} from "./audit-entry.ts";

export const AUDIT_KEPT_MS = 30 * 86_400_000;
/** A script that changes something every second for half a day; the oldest go first. */
const ENTRIES_MAX = 50_000;
/** Before and after are cut at this length: the whole is where it belongs, in its own store. */
const VALUE_CHARS_MAX = 32 * 1024;

export interface AuditStoreApi {
  /** Begins an entry. Opening the same id again changes nothing. */
  open(opening: AuditOpening): Promise<void>;
  /** Ends it. Closing a closed one changes nothing. */
  close(id: string, closing: AuditClosing): Promise<void>;
  /** Newest first. */
  page(ask: AuditAsk): Promise<readonly AuditEntry[]>;
  /** Puts entries of an export back; those that are here stay as they are. How many were added. */
  restore(entries: readonly AuditEntry[]): Promise<number>;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly id: string;
  readonly at_ms: number;
  readonly actor: string;
  readonly via: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

export class AuditStore extends DurableObject<Env> implements AuditStoreApi {
  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS audit (
         id TEXT PRIMARY KEY, at_ms INTEGER, actor TEXT, via TEXT, action TEXT, target TEXT,
         outcome TEXT, reason TEXT, before TEXT, after TEXT);
       CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at_ms, id)`,
    );
  }

  async open({ id, actor, via, action, target }: AuditOpening): Promise<void> {
    const nowMs = readClockMs();
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM audit WHERE at_ms < ?", nowMs - AUDIT_KEPT_MS);
    const { count } = sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM audit").one();
    if (count >= ENTRIES_MAX) {
      sql.exec("DELETE FROM audit WHERE id = (SELECT id FROM audit ORDER BY at_ms, id LIMIT 1)");
    }
    sql.exec(
      `INSERT OR IGNORE INTO audit VALUES (?, ?, ?, ?, ?, ?, 'unfinished', NULL, NULL, NULL)`,
      id,
      nowMs,
      actor,
      via,
      action,
      target,
    );
  }

  async close(id: string, closing: AuditClosing): Promise<void> {
    const { outcome, reason, target, before, after } = closing;
    this.ctx.storage.sql.exec(
      `UPDATE audit SET outcome = ?, reason = ?, target = COALESCE(?, target), before = ?, after = ?
       WHERE id = ? AND outcome = 'unfinished'`,
      outcome,
      reason,
      target,
      toBounded(before),
      toBounded(after),
      id,
    );
  }

  async page({ before, countMax, actor, action }: AuditAsk): Promise<readonly AuditEntry[]> {
    const [, atMs, id] = /^(\d+)-(.+)$/.exec(before ?? "") ?? [];
    const rows = this.ctx.storage.sql.exec<Row>(
      `SELECT * FROM audit
       WHERE (? IS NULL OR (at_ms, id) < (?, ?)) AND (? IS NULL OR actor = ?)
         AND (? IS NULL OR action = ?)
       ORDER BY at_ms DESC, id DESC LIMIT ?`,
      ...[atMs ?? null, Number(atMs ?? 0), id ?? ""],
      ...[actor, actor, action, action, countMax],
    );
    return rows.toArray().map(toEntry);
  }

  async restore(entries: readonly AuditEntry[]): Promise<number> {
    const { sql } = this.ctx.storage;
    let count = 0;
    for (const entry of entries) {
      const { id, atMs, actor, via, action, target, outcome, reason, before, after } = entry;
      const cursor = sql.exec(
        "INSERT OR IGNORE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ...[id, atMs, actor, via, action, target, outcome, reason, before, after],
      );
      count += cursor.rowsWritten > 0 ? 1 : 0;
    }
    return count;
  }
}

function toEntry({ at_ms: atMs, ...row }: Row): AuditEntry {
  const { id, actor, via, action, target, outcome, reason, before, after } = row;
  return { id, atMs, actor, via, action, target, outcome, reason, before, after };
}

function toBounded(text: string | null): string | null {
  if (text === null || text.length <= VALUE_CHARS_MAX) return text;
  return JSON.stringify({ cut: true, begins: text.slice(0, 1_024) });
}
