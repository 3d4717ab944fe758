// /events: preload events. They live in the preload worker's objects; this accepts them and tells
// how they are getting on.

import * as z from "zod";
import { printCursor } from "../../core/api/page.ts";
import { askMain, askObject } from "../ask-object.ts";
import { type Endpoint, toEndpoint } from "../endpoint.ts";
import { EVENT_SCHEMA, type EventBody, toPreloadRequest } from "../event-schema.ts";
import { toProblem } from "../problem.ts";
import { EVENT_PARAMS, LINE, PROGRESS } from "./event-forms.ts";
import { EVENT_WORD_ENDPOINTS } from "./event-words.ts";
import { NEXT, PAGE_FIELDS, readPageAsk } from "./forms.ts";

/** Ten thousand paths of a usual length. */
const EVENT_BYTES_MAX = 1024 * 1024;

export const EVENT_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "post",
    path: "/events",
    name: "acceptEvent",
    group: "preload",
    summary: "Accepts a preload event, plans it, and starts it unless it is to be held.",
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
      const location = `/api/v1/events/${id}`;
      const change = { target: `events/${id}`, before: null, after: request };
      return { kind: "done", status: 202, body: progress, headers: { location }, change };
    },
  }),
  toEndpoint({
    method: "get",
    path: "/events",
    name: "listEvents",
    group: "preload",
    summary: "The preload events, newest first.",
    scope: "read",
    query: z.strictObject(PAGE_FIELDS),
    answers: [
      {
        status: 200,
        what: "A page of events. What it says of one may be a moment old.",
        schema: z.strictObject({ events: z.array(LINE), next: NEXT }),
      },
    ],
    handle: async ({ env, query }) => {
      const ask = readPageAsk("events", query);
      if (ask.kind === "problem") return ask;
      const beforeId = ask.after;
      const limit = query.limit;
      const found = await askObject(env.EVENT_LIST, "all", (list) =>
        list.list({ beforeId, limit: limit + 1 }),
      );
      const events = found.slice(0, limit);
      const last = found.length > limit ? events.at(-1) : undefined;
      const next = last === undefined ? null : printCursor("events", last.id);
      return { kind: "done", status: 200, body: { events, next } };
    },
  }),
  toEndpoint({
    method: "get",
    path: "/events/{id}",
    name: "readEvent",
    group: "preload",
    summary: "How an event is getting on.",
    scope: "read",
    params: EVENT_PARAMS,
    answers: [{ status: 200, what: "Its progress.", schema: PROGRESS }],
    problems: ["not-found"],
    handle: async ({ env, params }) => {
      const progress = await askObject(env.EVENTS, params.id, (event) => event.progress());
      if (progress === null) return toProblem("not-found", "No event has this id.");
      return { kind: "done", status: 200, body: progress };
    },
  }),
  ...EVENT_WORD_ENDPOINTS,
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
