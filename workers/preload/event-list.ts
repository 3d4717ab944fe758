// The events there are, newest first: one object, "all". Events tell it about themselves; what it
// says of one may lag behind by a moment, and the event itself has the truth.

import { DurableObject } from "cloudflare:workers";
import type { EventLine, EventState } from "../core/contract/events.ts";
import type { EventListApi } from "../core/contract/objects.ts";
import { toPublicKeys } from "../platform/receipt-key.ts";
import type { Env } from "./env.ts";

/** A page of the API, and one more to tell whether it is the last. */
const LIMIT_MAX = 201;
/** Older ones can still be asked for by their id. */
const LINES_MAX = 10_000;

type Row = Record<keyof EventLine, SqlStorageValue>;

export class EventList extends DurableObject<Env> implements EventListApi {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS lines (
         id TEXT PRIMARY KEY, title TEXT, channel TEXT, state TEXT, acceptedAtMs INTEGER)`,
    );
    this.#sql.exec("CREATE INDEX IF NOT EXISTS byTime ON lines (acceptedAtMs, id)");
  }

  async note(id: string, line: EventLine | null): Promise<void> {
    if (line === null) {
      this.#sql.exec("DELETE FROM lines WHERE id = ?", id);
      return;
    }
    const { title, channel, state, acceptedAtMs } = line;
    const insert = "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(insert, id, title, channel, state, acceptedAtMs);
    this.#sql.exec(
      `DELETE FROM lines WHERE id IN
         (SELECT id FROM lines ORDER BY acceptedAtMs DESC, id DESC LIMIT -1 OFFSET ?)`,
      LINES_MAX,
    );
  }

  async list(ask: { beforeId: string | null; limit: number }): Promise<readonly EventLine[]> {
    const limit = Math.min(LIMIT_MAX, Math.max(1, ask.limit));
    const rows = this.#sql.exec<Row>(
      `SELECT * FROM lines WHERE ?1 IS NULL OR (acceptedAtMs, id) <
         (SELECT acceptedAtMs, id FROM lines WHERE id = ?1)
       ORDER BY acceptedAtMs DESC, id DESC LIMIT ?2`,
      ask.beforeId,
      limit,
    );
    return rows.toArray().map((row) => ({
      id: String(row.id),
      title: String(row.title),
      channel: String(row.channel),
      state: String(row.state) as EventState,
      acceptedAtMs: Number(row.acceptedAtMs),
    }));
  }

  async keys() {
    return toPublicKeys(this.env.WEIR_RECEIPT_KEY);
  }
}
