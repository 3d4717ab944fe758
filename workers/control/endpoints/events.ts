// /events: preload events. They live in the preload worker's objects; this accepts them and tells
// how they are getting on.

import * as z from "zod";
import { EVENT_STATES, WARM_FAILURES } from "../../core/contract/warming.ts";
import { askMain, askObject } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";

const EVENT_BYTES_MAX = 16 * 1024;
const REGIONS_MAX = 16;

const EVENT_SCHEMA = z.strictObject({
  title: z.string().trim().min(1).max(200).default("Preload"),
  channel: z.string().max(63).optional(),
  playlist: z.string().max(2_048).optional(),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/))
    .min(1)
    .max(REGIONS_MAX)
    .optional(),
});
type EventBody = z.output<typeof EVENT_SCHEMA>;

const EVENT_PARAMS = z.strictObject({
  id: z.uuid().meta({ example: "00000000-0000-4000-8000-000000000000" }),
});

const PROGRESS = z.object({
  id: z.uuid(),
  title: z.string(),
  channel: z.string(),
  playlist: z.string(),
  regions: z.array(z.string()),
  state: z.enum(EVENT_STATES),
  problem: z.string().nullable(),
  objects: z.object({ planned: z.int(), warm: z.int(), failed: z.int() }),
  bytes: z.object({ planned: z.number(), warm: z.number() }),
  failures: z.array(
    z.object({ path: z.string(), region: z.string(), failure: z.enum(WARM_FAILURES) }),
  ),
  acceptedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
});

export const EVENT_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "post",
    path: "/events",
    name: "acceptEvent",
    group: "preload",
    summary: "Accepts a preload event and starts it.",
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
      const request = {
        title: body.title,
        channel: channel.id,
        playlist: named.playlist ?? channel.playlist,
        regions: body.regions ?? env.WEIR_REGIONS.split(","),
      };
      const progress = await askObject(env.EVENTS, id, (event) => event.accept(id, request));
      const location = `/api/v1/events/${id}`;
      const change = { target: `events/${id}`, before: null, after: request };
      return { kind: "done", status: 202, body: progress, headers: { location }, change };
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
