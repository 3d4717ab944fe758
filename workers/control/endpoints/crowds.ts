// /declared-events: an event with a crowd is announced to the health machines. While it is on,
// nothing of the channel moves without need, and its surge of viewers is no surprise
// (infra/docs/health.md, "Overload"). Preloading it is another order, at /events.

import * as z from "zod";
import { ID_FORM } from "../../core/config/catalog-schema.ts";
import type { DeclaredEvent } from "../../core/health/overload/overload.ts";
import { askMain } from "../ask-object.ts";
import { type Endpoint, toEndpoint } from "../endpoint.ts";
import { toProblem } from "../problem.ts";
import { MOMENT, printMoment } from "./forms.ts";

const moment = z.iso
  .datetime({ offset: true, error: 'must be a moment like "2026-11-20T18:00:00Z"' })
  .meta({ description: "RFC 3339, with its offset." });
const rate = z.number().positive("must be above 0").max(1e9, "must be at most 1000000000");

const CROWD = z.strictObject({
  channel: z.string().regex(ID_FORM).optional().meta({ description: "Absent: every channel." }),
  from: moment,
  until: moment,
  requestsPerSecond: rate
    .optional()
    .meta({ description: "Expected of all edges together; absent: only nothing moves." }),
  deviation: rate.optional().meta({ description: "Absent: a quarter of it." }),
});

const SHOWN = z.strictObject({
  id: z.string(),
  channel: z.string().nullable(),
  from: MOMENT,
  until: MOMENT,
  requestsPerSecond: z.number().nullable(),
  deviation: z.number().nullable(),
  by: z.string(),
});

export const CROWD_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/declared-events",
    name: "listDeclaredEvents",
    group: "orders",
    summary: "The events that were announced and are not over.",
    scope: "read",
    answers: [
      {
        status: 200,
        what: "All of them.",
        schema: z.strictObject({ events: z.array(SHOWN) }),
      },
    ],
    handle: async ({ env }) => {
      const events = await askMain(env.HEALTH, (health) => health.events());
      return { kind: "done", status: 200, body: { events: events.map(printEvent) } };
    },
  }),
  toEndpoint({
    method: "post",
    path: "/declared-events",
    name: "declareEvent",
    group: "orders",
    summary: "Announces an event: its crowd is expected, and nothing moves without need.",
    scope: "infra",
    body: { kind: "json", bytesMax: 4_096, schema: CROWD },
    isMutation: true,
    answers: [{ status: 201, what: "It is announced.", schema: SHOWN }],
    problems: ["order-refused"],
    handle: async ({ env, caller, body, requestId: id }) => {
      const event: DeclaredEvent = {
        id,
        channelId: body.channel ?? null,
        fromMs: Date.parse(body.from),
        untilMs: Date.parse(body.until),
        requestsPerSecond: body.requestsPerSecond ?? null,
        deviation: body.deviation ?? null,
        by: caller.name,
      };
      const taken = await askMain(env.HEALTH, (health) => health.declareEvent(event));
      if (taken.kind === "refused") {
        return toProblem("order-refused", `The event was refused: ${taken.detail}.`);
      }
      const after = printEvent(event);
      const change = { target: `declared-events/${id}`, before: null, after };
      return { kind: "done", status: 201, body: after, change };
    },
  }),
  toEndpoint({
    method: "delete",
    path: "/declared-events/{id}",
    name: "endDeclaredEvent",
    group: "orders",
    summary: "Ends an announced event before its time.",
    scope: "infra",
    params: z.strictObject({
      id: z.uuid().meta({ example: "00000000-0000-4000-8000-000000000000" }),
    }),
    isMutation: true,
    answers: [{ status: 204, what: "It is over." }],
    problems: ["not-found"],
    handle: async ({ env, caller, params }) => {
      const { id } = params;
      const events = await askMain(env.HEALTH, (health) => health.events());
      const found = events.find((event) => event.id === id);
      if (found === undefined) return toProblem("not-found", "No announced event has this id.");
      await askMain(env.HEALTH, (health) => health.endEvent(id, caller.name));
      const change = { target: `declared-events/${id}`, before: printEvent(found), after: null };
      return { kind: "done", status: 204, change };
    },
  }),
];

function printEvent(event: DeclaredEvent) {
  const { id, channelId, fromMs, untilMs, requestsPerSecond, deviation, by } = event;
  const times = { from: printMoment(fromMs), until: printMoment(untilMs) };
  return { id, channel: channelId, ...times, requestsPerSecond, deviation, by };
}
