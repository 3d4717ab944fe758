// A list of preload events.

import type { EventLine, EventState } from "../../../workers/core/contract/events.ts";
import type { Paint, Tone } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printSpan } from "./units.ts";

export const STATE_TONES: Readonly<Record<EventState, Tone>> = {
  accepted: "dim",
  planning: "dim",
  planned: "warn",
  scheduled: "dim",
  running: "strong",
  verifying: "strong",
  following: "strong",
  paused: "warn",
  done: "good",
  failed: "bad",
  cancelled: "dim",
};

/** Whether anything will happen to the event without somebody's word. */
export function isOver(state: EventState): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** The events, in the order given. */
export function printEvents(events: readonly EventLine[], nowMs: number, paint: Paint): string {
  const columns: readonly Column<EventLine>[] = [
    { head: "EVENT", cell: ({ id }) => id },
    { head: "STATE", cell: ({ state }) => ({ text: state, tone: STATE_TONES[state] }) },
    { head: "CHANNEL", cell: ({ channel }) => channel },
    {
      head: "ACCEPTED",
      cell: ({ acceptedAtMs }) => `${printSpan(nowMs - acceptedAtMs)} ago`,
      align: "right",
    },
    { head: "TITLE", cell: ({ title }) => title },
  ];
  return printTable(columns, events, paint, "There are no preload events.");
}
