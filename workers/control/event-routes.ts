// /api/v1/events: accept preload events, say what to do with them, and tell how they are getting
// on. The events themselves live in the preload worker's objects.

import type { Context, Hono } from "hono";
import { EVENT_ACTIONS, type EventAction } from "../core/contract/events.ts";
import { type Api, needs } from "./access.ts";
import { EVENT_SCHEMA, type EventBody, toPreloadRequest } from "./event-schema.ts";
import { MAIN } from "./object-names.ts";
import { respondProblem } from "./problem.ts";

/** Ten thousand paths of a usual length. */
const EVENT_CHARS_MAX = 1024 * 1024;
const LIST_COUNT = 50;
const ID = "/events/:id{[0-9a-f-]{36}}";

/** Adds the routes. */
export function addEventRoutes(api: Hono<Api>): void {
  api.post("/events", needs("content"), acceptEvent);
  api.get("/events", needs("read"), async (context) => {
    const beforeId = context.req.query("before") ?? null;
    const limit = Number(context.req.query("limit") ?? LIST_COUNT) || LIST_COUNT;
    return context.json(await context.env.EVENT_LIST.getByName("all").list({ beforeId, limit }));
  });
  api.get("/receipt-keys", needs("read"), async (context) => {
    return context.json(await context.env.EVENT_LIST.getByName("all").keys());
  });
  api.get(ID, needs("read"), (context) => show(context, (event) => event.progress()));
  api.get(`${ID}/plan`, needs("read"), (context) => show(context, (event) => event.plan()));
  api.get(`${ID}/receipts`, needs("read"), (context) => show(context, (event) => event.receipt()));
  api.delete(ID, needs("content"), async (context) => {
    const isGone = await toEvent(context).remove();
    return isGone ? context.body(null, 204) : respondProblem(context, "not-found", UNKNOWN);
  });
  for (const action of EVENT_ACTIONS) {
    api.post(`${ID}/${action}`, needs("content"), (context) => act(context, action));
  }
}

const UNKNOWN = "No event has this id, or it is not that far yet.";

function toEvent(context: Context<Api>) {
  return context.env.EVENTS.getByName(context.req.param("id") ?? "");
}

async function show(
  context: Context<Api>,
  read: (event: ReturnType<typeof toEvent>) => Promise<object | null>,
): Promise<Response> {
  const answer = await read(toEvent(context));
  return answer === null ? respondProblem(context, "not-found", UNKNOWN) : context.json(answer);
}

async function act(context: Context<Api>, action: EventAction): Promise<Response> {
  const answer = await toEvent(context).act(action);
  if (answer === null) return respondProblem(context, "not-found", UNKNOWN);
  if (answer.kind === "refused") return respondProblem(context, "conflict", answer.detail);
  return context.json(answer.progress, 202);
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
  const request = toPreloadRequest(parsed.data, {
    channel: channel.id,
    playlist: named.playlist ?? channel.playlist,
    regions: parsed.data.regions ?? context.env.WEIR_REGIONS.split(","),
  });
  const progress = await context.env.EVENTS.getByName(id).accept(id, request);
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
