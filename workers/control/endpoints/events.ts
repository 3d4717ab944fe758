// /events: preload events: accepting them, saying what to do with them, and how they are getting
// on. They live in the preload worker's objects; their form is in event-schema.ts.

import * as z from "zod";
import { parseCursor, printCursor } from "../../core/api/page.ts";
import { EVENT_ACTIONS, type EventAction } from "../../core/contract/events.ts";
import { askMain, askObject } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import { EVENT_SCHEMA, type EventBody, toPreloadRequest } from "../event-schema.ts";
import { LINE, PLAN, PROGRESS, RECEIPT } from "./event-answers.ts";
import { NEXT, PAGE_FIELDS } from "./forms.ts";

/** Ten thousand paths of a usual length. */
const EVENT_BYTES_MAX = 1024 * 1024;
/** The one list of events. */
const ALL = "all";

const PARAMS = z.strictObject({
  id: z.uuid().meta({ example: "00000000-0000-4000-8000-000000000000" }),
});
const UNKNOWN = toProblem("not-found", "No event has this id, or it is not that far yet.");

const accept = toEndpoint({
  method: "post",
  path: "/events",
  name: "acceptEvent",
  group: "preload",
  summary: "Accepts a preload event, plans it and runs it; with hold only plans it.",
  scope: "content",
  body: { kind: "json", bytesMax: EVENT_BYTES_MAX, schema: EVENT_SCHEMA },
  isMutation: true,
  answers: [{ status: 202, what: "It is accepted; Location tells where.", schema: PROGRESS }],
  problems: ["event-refused", "unavailable"],
  handle: async ({ env, body, requestId: id }) => {
    const { catalog } = await askMain(env.HEALTH, (health) => health.view());
    if (catalog === null) return toProblem("unavailable", "No catalog is in force.");
    const named = toChannelPath(body, env.WEIR_EDGE_URL);
    const channel = catalog.channels.find((each) => each.id === named?.channel);
    if (named === null || channel === undefined) {
      const known = catalog.channels.map((each) => each.id).join(", ");
      const detail = `Give channel (one of: ${known}) or playlist, like /demo-vod/master.m3u8.`;
      return toProblem("event-refused", detail);
    }
    const request = toPreloadRequest(body, {
      channel: channel.id,
      playlist: named.playlist ?? channel.playlist,
      regions: body.regions ?? env.WEIR_REGIONS.split(","),
    });
    const progress = await askObject(env.EVENTS, id, (event) => event.accept(id, request));
    const headers = { location: `/api/v1/events/${id}` };
    const change = { target: `events/${id}`, before: null, after: request };
    return { kind: "done", status: 202, body: progress, headers, change };
  },
});

const list = toEndpoint({
  method: "get",
  path: "/events",
  name: "listEvents",
  group: "preload",
  summary: "The events, newest first.",
  scope: "read",
  query: z.strictObject(PAGE_FIELDS),
  answers: [
    {
      status: 200,
      what: "A page of them.",
      schema: z.object({ events: z.array(LINE), next: NEXT }),
    },
  ],
  handle: async ({ env, query }) => {
    const { limit, cursor } = query;
    const beforeId = cursor === undefined ? null : parseCursor("events", cursor);
    if (cursor !== undefined && beforeId === null) {
      return toProblem("bad-request", "cursor: is not of this list; leave it out.");
    }
    const ask = { beforeId, limit: limit + 1 };
    const found = await askObject(env.EVENT_LIST, ALL, (events) => events.list(ask));
    const events = found.slice(0, limit);
    const last = events.at(-1);
    const isLast = last === undefined || found.length === events.length;
    const next = isLast ? null : printCursor("events", last.id);
    return { kind: "done", status: 200, body: { events, next } };
  },
});

const progress = toEndpoint({
  method: "get",
  path: "/events/{id}",
  name: "readEvent",
  group: "preload",
  summary: "How an event is getting on.",
  scope: "read",
  params: PARAMS,
  answers: [{ status: 200, what: "Its progress.", schema: PROGRESS }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const body = await askObject(env.EVENTS, params.id, (event) => event.progress());
    return body === null ? UNKNOWN : { kind: "done", status: 200, body };
  },
});

const plan = toEndpoint({
  method: "get",
  path: "/events/{id}/plan",
  name: "readEventPlan",
  group: "preload",
  summary: "What an event would do: files, bytes, requests, cost, and why it may not.",
  scope: "read",
  params: PARAMS,
  answers: [{ status: 200, what: "The plan.", schema: PLAN }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const body = await askObject(env.EVENTS, params.id, (event) => event.plan());
    return body === null ? UNKNOWN : { kind: "done", status: 200, body };
  },
});

const receipts = toEndpoint({
  method: "get",
  path: "/events/{id}/receipts",
  name: "readEventReceipt",
  group: "preload",
  summary: "What can be proven of an event now, signed.",
  scope: "read",
  params: PARAMS,
  answers: [{ status: 200, what: "The receipt.", schema: RECEIPT }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const body = await askObject(env.EVENTS, params.id, (event) => event.receipt());
    return body === null ? UNKNOWN : { kind: "done", status: 200, body };
  },
});

const keys = toEndpoint({
  method: "get",
  path: "/receipt-keys",
  name: "readReceiptKeys",
  group: "preload",
  summary: "The public keys of receipts, as a JWK set (RFC 7517).",
  scope: "read",
  answers: [
    {
      status: 200,
      what: "The keys; none, if receipts are not signed here.",
      schema: z.object({ keys: z.array(z.looseObject({})) }),
    },
  ],
  handle: async ({ env }) => {
    const body = await askObject(env.EVENT_LIST, ALL, (events) => events.keys());
    return { kind: "done", status: 200, body };
  },
});

const remove = toEndpoint({
  method: "delete",
  path: "/events/{id}",
  name: "removeEvent",
  group: "preload",
  summary: "Forgets an event; what it has warmed stays warm.",
  scope: "content",
  params: PARAMS,
  isMutation: true,
  answers: [{ status: 204, what: "It is forgotten." }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const { id } = params;
    const before = await askObject(env.EVENTS, id, (event) => event.progress());
    if (before === null) return UNKNOWN;
    await askObject(env.EVENTS, id, (event) => event.remove());
    const { title, channel, state } = before;
    const change = { target: `events/${id}`, before: { title, channel, state }, after: null };
    return { kind: "done", status: 204, change };
  },
});

const WHAT: Readonly<Record<EventAction, string>> = {
  run: "Runs an event that was held, now.",
  verify: "Looks again at everything that an event has warmed.",
  pause: "Lets an event rest.",
  resume: "Goes on with an event, and tries again what was given up.",
  cancel: "Ends an event; what it has warmed stays warm.",
};

const actions = EVENT_ACTIONS.map((action) =>
  toEndpoint({
    method: "post",
    path: `/events/{id}/${action}`,
    name: `${action}Event`,
    group: "preload",
    summary: WHAT[action],
    scope: "content",
    params: PARAMS,
    isMutation: true,
    answers: [{ status: 202, what: "It is taken.", schema: PROGRESS }],
    problems: ["not-found", "conflict"],
    handle: async ({ env, params }) => {
      const { id } = params;
      const answer = await askObject(env.EVENTS, id, (event) => event.act(action));
      if (answer === null) return UNKNOWN;
      if (answer.kind === "refused") return toProblem("conflict", answer.detail);
      const change = { target: `events/${id}`, before: null, after: { action } };
      return { kind: "done", status: 202, body: answer.progress, change };
    },
  }),
);

export const EVENT_ENDPOINTS: readonly Endpoint[] = [
  accept,
  list,
  progress,
  remove,
  plan,
  receipts,
  ...actions,
  keys,
];

/** Reads `channel`, or the channel and path of a playlist URL of this edge. */
function toChannelPath(
  event: EventBody,
  edgeUrl: string,
): { readonly channel: string; readonly playlist: string | null } | null {
  if (event.playlist === undefined) {
    return event.channel === undefined ? null : { channel: event.channel, playlist: null };
  }
  const isOurs = edgeUrl !== "" && event.playlist.startsWith(`${edgeUrl}/`);
  const path = isOurs ? event.playlist.slice(edgeUrl.length) : event.playlist;
  const [, channel, playlist] = /^\/([a-z0-9-]+)\/([^?#]+)$/.exec(path) ?? [];
  if (channel === undefined || playlist === undefined) return null;
  return event.channel === undefined || event.channel === channel ? { channel, playlist } : null;
}
