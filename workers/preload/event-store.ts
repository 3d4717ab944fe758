// An event on disk: one row for what it is, and one for each batch. Only what changed is written,
// and all that changed in one step is written at once, so what is there is always a whole state.

import type { ViewersSeen } from "../core/warm/receipt.ts";
import type { TaskBatch, WarmingEvent } from "../core/warm/warming-event.ts";

type EventRow = { readonly body: string };

export interface EventStore {
  /** The event as it was written last; null: there is none. */
  load(): WarmingEvent | null;
  /** Writes what is different from `before`. */
  save(event: WarmingEvent, before: WarmingEvent | null): void;
  /** What viewers had of the channel when the event began. */
  viewers(): readonly ViewersSeen[] | null;
  saveViewers(viewers: readonly ViewersSeen[]): void;
}

/** A store in an object's own database. */
export function makeEventStore(storage: DurableObjectStorage): EventStore {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, body TEXT)");
  sql.exec("CREATE TABLE IF NOT EXISTS batches (n INTEGER PRIMARY KEY, body TEXT)");
  const readFact = <T>(name: string): T | null => {
    const row = sql.exec<EventRow>("SELECT body FROM facts WHERE name = ?", name).toArray()[0];
    return row === undefined ? null : (JSON.parse(row.body) as T);
  };
  const writeFact = (name: string, value: unknown) => {
    sql.exec("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, JSON.stringify(value));
  };
  return {
    load() {
      const event = readFact<Omit<WarmingEvent, "batches">>("event");
      if (event === null) return null;
      const rows = sql.exec<EventRow>("SELECT body FROM batches ORDER BY n").toArray();
      return { ...event, batches: rows.map(({ body }) => JSON.parse(body) as TaskBatch) };
    },
    save(event, before) {
      storage.transactionSync(() => {
        const { batches, ...rest } = event;
        writeFact("event", rest);
        batches.forEach((batch, n) => {
          if (before?.batches[n] === batch) return;
          sql.exec("INSERT OR REPLACE INTO batches VALUES (?, ?)", n, JSON.stringify(batch));
        });
        // A plan that is made anew may be shorter.
        if ((before?.batches.length ?? 0) > batches.length)
          sql.exec("DELETE FROM batches WHERE n >= ?", batches.length);
      });
    },
    viewers: () => readFact("viewers"),
    saveViewers: (viewers) => writeFact("viewers", viewers),
  };
}
