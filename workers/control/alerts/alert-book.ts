// The messages of the AlertDesk in its SQLite storage: what was planned, what is still on its way,
// what has arrived. Only rows and questions; when a message is tried again is decided in
// core/alert/delivery.ts.

import type { Delivery, DeliveryState } from "../../core/alert/delivery.ts";
import type { Notice } from "../../core/health/incidents/incident.ts";

/** As long as the audit. */
const KEPT_MS = 30 * 86_400_000;
/** Messages taken up in one run of the alarm. */
const DUE_MAX = 100;

export interface StoredAlert extends Delivery {
  readonly incidentId: string;
  readonly contactId: string;
  readonly step: number;
  readonly plannedAtMs: number;
  readonly body: string;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly id: string;
  readonly incident_id: string;
  readonly contact_id: string;
  readonly step: number;
  readonly planned_at_ms: number;
  readonly body: string;
  readonly state: string;
  readonly attempts: number;
  readonly due_at_ms: number;
  readonly settled_at_ms: number | null;
  readonly detail: string | null;
}

export class AlertBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS alerts (
         id TEXT PRIMARY KEY, incident_id TEXT, contact_id TEXT, step INTEGER,
         planned_at_ms INTEGER, body TEXT, state TEXT, attempts INTEGER,
         due_at_ms INTEGER, settled_at_ms INTEGER, detail TEXT)`,
    );
    sql.exec("CREATE INDEX IF NOT EXISTS alerts_due ON alerts (state, due_at_ms)");
    sql.exec("CREATE INDEX IF NOT EXISTS alerts_incident ON alerts (incident_id)");
  }

  /** Writes a new message down; one that is known stays as it is. */
  add(alert: StoredAlert): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[alert.id, alert.incidentId, alert.contactId, alert.step, alert.plannedAtMs, alert.body],
      ...[alert.state, alert.attempts, alert.dueAtMs, alert.settledAtMs, alert.detail],
    );
  }

  /** Writes down what came of an attempt. */
  settle({ id, state, attempts, dueAtMs, settledAtMs, detail }: Delivery): void {
    this.#sql.exec(
      `UPDATE alerts SET state = ?, attempts = ?, due_at_ms = ?, settled_at_ms = ?, detail = ?
         WHERE id = ?`,
      ...[state, attempts, dueAtMs, settledAtMs, detail, id],
    );
  }

  /** Messages that should be tried now, the longest due first. */
  due(nowMs: number): readonly StoredAlert[] {
    const rows = this.#sql.exec<Row>(
      "SELECT * FROM alerts WHERE state = 'waiting' AND due_at_ms <= ? ORDER BY due_at_ms LIMIT ?",
      nowMs,
      DUE_MAX,
    );
    return rows.toArray().map(toStoredAlert);
  }

  /** Everything that was ever planned for an incident: nobody is told the same step twice. */
  planned(incidentId: string): readonly Notice[] {
    return this.#notices(incidentId, "planned_at_ms", "");
  }

  /** What arrived, and when. */
  arrived(incidentId: string): readonly Notice[] {
    return this.#notices(incidentId, "settled_at_ms", "AND state = 'delivered'");
  }

  counts(): Readonly<Record<DeliveryState, number>> {
    const rows = this.#sql.exec<{ state: string; count: number }>(
      "SELECT state, COUNT(*) AS count FROM alerts GROUP BY state",
    );
    const counts = { waiting: 0, delivered: 0, "given-up": 0 };
    for (const { state, count } of rows) counts[state as DeliveryState] = count;
    return counts;
  }

  forgetOld(nowMs: number): void {
    this.#sql.exec("DELETE FROM alerts WHERE planned_at_ms < ?", nowMs - KEPT_MS);
  }

  #notices(incidentId: string, moment: string, condition: string): readonly Notice[] {
    const rows = this.#sql.exec<{ contact_id: string; step: number; at_ms: number }>(
      `SELECT contact_id, step, ${moment} AS at_ms FROM alerts
         WHERE incident_id = ? ${condition} ORDER BY ${moment}, contact_id`,
      incidentId,
    );
    return rows
      .toArray()
      .map(({ contact_id: contactId, step, at_ms: atMs }) => ({ contactId, step, atMs }));
  }
}

function toStoredAlert(row: Row): StoredAlert {
  return {
    id: row.id,
    state: row.state as DeliveryState,
    attempts: row.attempts,
    dueAtMs: row.due_at_ms,
    settledAtMs: row.settled_at_ms,
    detail: row.detail,
    incidentId: row.incident_id,
    contactId: row.contact_id,
    step: row.step,
    plannedAtMs: row.planned_at_ms,
    body: row.body,
  };
}
