// The shape of an event as the API takes it, and how it becomes what the preload worker takes: one
// schema that validates, fills in and words the complaints. Times are RFC 3339 texts, for they come
// from people; inside they are milliseconds.

import * as z from "zod";
import type { PreloadRequest } from "../core/contract/events.ts";

const REGIONS_MAX = 16;
const PATHS_MAX = 10_000;
const PATH_CHARS_MAX = 2_048;
const HOUR_SECONDS = 3_600;

const moment = z.iso
  .datetime({ offset: true, error: 'must be a moment like "2026-11-20T18:00:00Z"' })
  .transform((text) => Date.parse(text));

const path = z
  .string({ error: "must be a path below the channel" })
  .min(1, "must be a path below the channel")
  .max(PATH_CHARS_MAX, `must have at most ${PATH_CHARS_MAX} characters`)
  .regex(/^[^/#\s][^#\s]*$/, 'must be a path below the channel, like "v360/12.m4s"');

const window = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("whole") }),
  z.strictObject({ kind: z.literal("first"), seconds: z.number().positive().max(86_400) }),
  z.strictObject({ kind: z.literal("last"), seconds: z.number().positive().max(86_400) }),
  z.strictObject({ kind: z.literal("follow"), until: moment }),
]);

const PRESETS = {
  /** A live event with a date: the first minutes, looked at again before it. */
  event: { window: { kind: "first", seconds: 120 }, leadSeconds: HOUR_SECONDS },
  /** An episode that is released: all of it. */
  show: { window: { kind: "whole" }, leadSeconds: 2 * HOUR_SECONDS },
  /** Short clips behind products: their beginnings. */
  commerce: { window: { kind: "first", seconds: 15 }, leadSeconds: HOUR_SECONDS },
  /** A live stream that people talk in: what is announced, as it is announced. */
  interactive: { window: { kind: "last", seconds: 30 }, leadSeconds: 600 },
} as const;

export const EVENT_SCHEMA = z.strictObject({
  title: z.string().trim().min(1).max(200).default("Preload"),
  channel: z.string().optional(),
  playlist: z.string().max(PATH_CHARS_MAX).optional(),
  paths: z.array(path).min(1).max(PATHS_MAX).optional(),
  prefix: z.string().max(1_024).optional(),
  preset: z.enum(["event", "show", "commerce", "interactive"]).optional(),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/))
    .min(1)
    .max(REGIONS_MAX)
    .optional(),
  window: window.optional(),
  renditions: z
    .strictObject({
      heightMax: z.int().positive().optional(),
      bandwidthMax: z.int().positive().optional(),
      playlists: z.array(path).min(1).max(200).optional(),
    })
    .optional(),
  startsAt: moment.optional(),
  leadSeconds: z.number().min(0).max(604_800).optional(),
  budget: z
    .strictObject({
      bytes: z.number().positive().optional(),
      requestsPerSecond: z.number().min(0.1).max(10_000).optional(),
      cost: z.number().positive().optional(),
    })
    .optional(),
  verify: z
    .strictObject({
      coverage: z.number().min(0).max(1).optional(),
      rewarm: z.boolean().optional(),
    })
    .optional(),
  hold: z.boolean().optional(),
});
export type EventBody = z.output<typeof EVENT_SCHEMA>;

/** What the preload worker takes; the channel and the playlist were looked up by then. */
export function toPreloadRequest(
  body: EventBody,
  place: { readonly channel: string; readonly playlist: string; readonly regions: string[] },
): PreloadRequest {
  const preset = body.preset === undefined ? null : PRESETS[body.preset];
  const leadSeconds = body.leadSeconds ?? preset?.leadSeconds;
  const window = body.window === undefined ? preset?.window : toWindow(body.window);
  return dropUndefined({
    title: body.title,
    ...place,
    paths: body.paths,
    prefix: body.prefix,
    window,
    renditions: body.renditions,
    startsAtMs: body.startsAt,
    leadMs: leadSeconds === undefined ? undefined : leadSeconds * 1_000,
    budget: body.budget,
    verify: body.verify,
    hold: body.hold,
  }) as unknown as PreloadRequest;
}

function toWindow(given: NonNullable<EventBody["window"]>): PreloadRequest["window"] {
  return given.kind === "follow" ? { kind: "follow", untilMs: given.until } : given;
}

/** Fields that were not given are left out: the contract knows no undefined. */
function dropUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
