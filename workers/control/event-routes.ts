// /api/v1/events: accept preload events and tell how they are getting on. The events themselves
// live in the preload worker's objects.

import type { Context, Hono } from "hono";
import * as z from "zod";
import { type Api, needs } from "./access.ts";
import { MAIN } from "./object-names.ts";
import { respondProblem } from "./problem.ts";

const EVENT_CHARS_MAX = 16 * 1024;
const REGIONS_MAX = 16;

const EVENT_SCHEMA = z.strictObject({
  title: z.string().trim().min(1).max(200).default("Preload"),
  channel: z.string().optional(),
  playlist: z.string().max(2_048).optional(),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/))
    .min(1)
    .max(REGIONS_MAX)
    .optional(),
});
type EventBody = z.output<typeof EVENT_SCHEMA>;

/** Adds the routes. */
export function addEventRoutes(api: Hono<Api>): void {
  api.post("/events", needs("content"), acceptEvent);
  api.get("/events/:id{[0-9a-f-]{36}}", needs("read"), async (context) => {
    const id = context.req.param("id") ?? "";
    const progress = await context.env.EVENTS.getByName(id).progress();
    if (progress === null) return respondProblem(context, "not-found", "No event has this id.");
    return context.json(progress);
  });
}

async function acceptEvent(context: Context<Api>): Promise<Response> {
  const text = await context.req.text();
  if (text.length > EVENT_CHARS_MAX) {
    const detail = `An event has at most ${EVENT_CHARS_MAX} characters.`;
    return respondProblem(context, "too-large", detail);
  }
  const parsed = EVENT_SCHEMA.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join(".") || "the body";
    return respondProblem(context, "bad-request", `${place}: ${issue?.message ?? "not JSON"}.`);
  }
  const { catalog } = await context.env.HEALTH.getByName(MAIN).view();
  if (catalog === null) return respondProblem(context, "unavailable", "No catalog is in force.");
  const named = toChannelPath(parsed.data, context.env.WEIR_EDGE_URL);
  const channel = catalog.channels.find(({ id }) => id === named?.channel);
  if (named === null || channel === undefined) {
    const known = catalog.channels.map(({ id }) => id).join(", ");
    const detail = `Give channel (one of: ${known}) or playlist, like /demo-vod/master.m3u8.`;
    return respondProblem(context, "event-refused", detail);
  }
  const id = crypto.randomUUID();
  const progress = await context.env.EVENTS.getByName(id).accept(id, {
    title: parsed.data.title,
    channel: channel.id,
    playlist: named.playlist ?? channel.playlist,
    regions: parsed.data.regions ?? context.env.WEIR_REGIONS.split(","),
  });
  return context.json(progress, 202, { location: `/api/v1/events/${id}` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
