// Which event is meant: an id, the beginning of one, or "latest".

import type { EventLine } from "../../../workers/core/contract/events.ts";
import type { Client } from "../client/client.ts";
import { readPages } from "../client/pages.ts";
import { EXIT, type Failure, toFailure } from "../ending.ts";

/** How far back a shortened id is looked for. */
const EVENTS_MAX = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Shorter beginnings are typing errors. */
const BEGINNING = /^[0-9a-f-]{4,35}$/i;

/** What every command about one event says of its argument. */
export const EVENT_ARGUMENT = ["<id>", 'an event, the beginning of its id, or "latest"'] as const;

/** The whole id. */
export async function findEventId(client: Client, given: string): Promise<string | Failure> {
  if (UUID.test(given)) return given.toLowerCase();
  if (given !== "latest" && !BEGINNING.test(given)) return fail(`"${given}" is no id of an event.`);
  const rowsMax = given === "latest" ? 1 : EVENTS_MAX;
  const found = await readPages<EventLine>(client, "/events", "events", rowsMax);
  if (found.kind === "failure") return found;
  const ids = found.rows.map(({ id }) => id);
  const fitting = given === "latest" ? ids : ids.filter((id) => id.startsWith(given.toLowerCase()));
  const [id] = fitting;
  if (id === undefined) return fail(`Of ${ids.length} events none is "${given}".`);
  return fitting.length === 1 ? id : fail(`"${given}" is the beginning of ${fitting.length} ids.`);
}

function fail(detail: string): Failure {
  const remedy = "`weir event list` names them.";
  return toFailure(EXIT.failed, "There is no such event.", detail, remedy);
}
