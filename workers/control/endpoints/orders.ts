// What operators tell the health machines: /overrides, and /origins/{id}/override for one origin.
// Also /heartbeats, in which packagers say how they are. What each order does is in
// infra/docs/health.md.

import * as z from "zod";
import { ID_FORM } from "../../core/config/catalog-schema.ts";
import { NODE_STATES } from "../../core/health/heartbeats.ts";
import type { Override } from "../../core/health/operators/override.ts";
import { askMain } from "../ask-object.ts";
import { type Call, type Done, type Endpoint, type Outcome, toEndpoint } from "../endpoint.ts";
import { toProblem } from "../problem.ts";
import { ID_PARAMS, MOMENT, printMoment } from "./forms.ts";

const DAY_SECONDS = 86_400;
const TERM_SECONDS_MAX = 30 * DAY_SECONDS;

const id = z.string().regex(ID_FORM);
const forSeconds = z
  .int("must be whole seconds")
  .min(1, "must be at least 1")
  .max(TERM_SECONDS_MAX, `must be at most ${TERM_SECONDS_MAX}`)
  .meta({ description: "Seconds after which it ends by itself." });
const channel = id.optional().meta({ description: "Absent: every channel." });
/** Over for certain, without anybody who remembers. */
const mustEnd = { channel, forSeconds };
const mayEnd = { channel, forSeconds: forSeconds.optional() };
const share = z
  .number()
  .gt(0, "must be above 0")
  .lte(1, "must be at most 1")
  .meta({ description: "Part of the sessions: above 0, at most 1." });

const ORIGIN_ORDERS = [
  z.strictObject({ kind: z.literal("pin"), ...mayEnd }),
  z.strictObject({ kind: z.literal("ban"), ...mustEnd }),
  z.strictObject({ kind: z.literal("drain"), ...mayEnd }),
  z.strictObject({ kind: z.literal("canary"), share, ...mustEnd }),
] as const;
const ORIGIN_ORDER = z.discriminatedUnion("kind", ORIGIN_ORDERS);

const origin = id.meta({ description: "An origin of the catalog." });
const ORDER = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("pin"), origin, ...mayEnd }),
  z.strictObject({ kind: z.literal("ban"), origin, ...mustEnd }),
  z.strictObject({ kind: z.literal("drain"), origin, ...mayEnd }),
  z.strictObject({ kind: z.literal("canary"), origin, share, ...mustEnd }),
  z.strictObject({ kind: z.literal("freeze"), ...mustEnd }),
  z.strictObject({ kind: z.literal("shadow"), ...mayEnd }),
]);
type Order = z.output<typeof ORDER>;

const SHOWN = z.strictObject({
  id: z.string(),
  kind: z.enum(["pin", "ban", "drain", "canary", "freeze", "shadow"]),
  channel: z.string().nullable().meta({ description: "Null: every channel." }),
  origin: z.string().nullable(),
  share: z.number().nullable(),
  by: z.string(),
  since: MOMENT,
  until: MOMENT.nullable(),
});

const TAKEN = { status: 201, what: "It is in force.", schema: SHOWN } as const;
const BYTES_MAX = 4_096;

const list = toEndpoint({
  method: "get",
  path: "/overrides",
  name: "listOverrides",
  group: "orders",
  summary: "The operators' orders that are in force.",
  scope: "read",
  answers: [
    {
      status: 200,
      what: "All of them, oldest first.",
      schema: z.strictObject({ overrides: z.array(SHOWN) }),
    },
  ],
  handle: async ({ env }) => {
    const overrides = await askMain(env.HEALTH, (health) => health.overrides());
    return { kind: "done", status: 200, body: { overrides: overrides.map(printOverride) } };
  },
});

const give = toEndpoint({
  method: "post",
  path: "/overrides",
  name: "giveOverride",
  group: "orders",
  summary:
    "Pins, bans, drains, tries out (canary) an origin; freezes or shadows a channel, or all.",
  scope: "infra",
  body: { kind: "json", bytesMax: BYTES_MAX, schema: ORDER },
  isMutation: true,
  answers: [TAKEN],
  problems: ["order-refused"],
  handle: (call) => order(call, call.body),
});

const giveOrigin = toEndpoint({
  method: "post",
  path: "/origins/{id}/override",
  name: "overrideOrigin",
  group: "orders",
  summary: "Pins, bans, drains or tries out (canary) one origin.",
  scope: "infra",
  params: ID_PARAMS,
  body: { kind: "json", bytesMax: BYTES_MAX, schema: ORIGIN_ORDER },
  isMutation: true,
  answers: [TAKEN],
  problems: ["order-refused"],
  handle: (call) => order(call, { ...call.body, origin: call.params.id }),
});

const revoke = toEndpoint({
  method: "delete",
  path: "/overrides/{id}",
  name: "revokeOverride",
  group: "orders",
  summary: "Takes an order back.",
  scope: "infra",
  params: z.strictObject({
    id: z.uuid().meta({ example: "00000000-0000-4000-8000-000000000000" }),
  }),
  isMutation: true,
  answers: [{ status: 204, what: "It is not in force any more." }],
  problems: ["not-found"],
  handle: async ({ env, caller, params }) => {
    const { id } = params;
    const overrides = await askMain(env.HEALTH, (health) => health.overrides());
    const found = overrides.find((each) => each.id === id);
    const isRevoked = await askMain(env.HEALTH, (health) => health.revoke(id, caller.name));
    if (found === undefined) return toProblem("not-found", "No order in force has this id.");
    // The second of two calls, whose first was carried out and its answer lost, finds nothing.
    const change = { target: `overrides/${id}`, before: printOverride(found), after: null };
    return { kind: "done", status: 204, ...(isRevoked ? { change } : {}) };
  },
});

const BEAT = z.strictObject({
  origin,
  node: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots and hyphens")
    .meta({ description: "The machine behind the origin." }),
  state: z.enum(NODE_STATES),
  mediaCount: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({ description: "A counter of media made so far; started counts only while it grows." }),
});

const beat = toEndpoint({
  method: "post",
  path: "/heartbeats",
  name: "sendHeartbeat",
  group: "heartbeats",
  summary: "A packager says how one of its nodes is. Nothing is changed but what is known of it.",
  scope: "content",
  body: { kind: "json", bytesMax: BYTES_MAX, schema: BEAT },
  answers: [{ status: 204, what: "It was heard." }],
  problems: ["order-refused"],
  handle: async ({ env, body }) => {
    const { origin: originId, ...rest } = body;
    const taken = await askMain(env.HEALTH, (health) => health.heartbeat({ originId, ...rest }));
    return taken.kind === "taken" ? HEARD : toRefusal(taken.detail);
  },
});

const nodes = toEndpoint({
  method: "get",
  path: "/heartbeats",
  name: "listNodes",
  group: "heartbeats",
  summary: "The nodes that send heartbeats, and which of them are banned for theirs.",
  scope: "read",
  answers: [
    {
      status: 200,
      what: "All nodes that were heard within a day.",
      schema: z.strictObject({
        nodes: z.array(
          z.strictObject({
            origin: z.string(),
            node: z.string(),
            state: z.enum(NODE_STATES),
            mediaCount: z.number().nullable(),
            heardAt: MOMENT,
            ban: z.enum(["free", "banned", "half-open"]),
            bannedUntil: MOMENT.nullable(),
          }),
        ),
      }),
    },
  ],
  handle: async ({ env }) => {
    const records = await askMain(env.HEALTH, (health) => health.nodes());
    const shown = records.map(({ originId, node, state, mediaCount, seenAtMs, ban }) => ({
      origin: originId,
      node,
      state,
      mediaCount,
      heardAt: printMoment(seenAtMs),
      ban: ban.kind,
      bannedUntil: ban.kind === "banned" ? printMoment(ban.untilMs) : null,
    }));
    return { kind: "done", status: 200, body: { nodes: shown } };
  },
});

const HEARD: Done = { kind: "done", status: 204 };

export const ORDER_ENDPOINTS: readonly Endpoint[] = [list, give, giveOrigin, revoke, beat, nodes];

function toRefusal(detail: string): Outcome {
  return toProblem("order-refused", `The order was refused: ${detail}.`);
}

async function order(call: Call<unknown, unknown, unknown>, given: Order): Promise<Outcome> {
  const { env, caller, requestId, nowMs } = call;
  const override = toOverride(given, requestId, caller.name, nowMs);
  const taken = await askMain(env.HEALTH, (health) => health.override(override));
  if (taken.kind === "refused") return toRefusal(taken.detail);
  const after = printOverride(override);
  const change = { target: `overrides/${requestId}`, before: null, after };
  return { kind: "done", status: 201, body: after, change };
}

/** Named after its request, so that asking the object twice is asking it once. */
function toOverride(given: Order, id: string, by: string, atMs: number): Override {
  const base = { id, by, atMs, channelId: given.channel ?? null };
  const endMs = given.forSeconds === undefined ? null : atMs + given.forSeconds * 1_000;
  switch (given.kind) {
    case "pin":
    case "drain":
      return { ...base, kind: given.kind, originId: given.origin, untilMs: endMs };
    case "ban":
      return { ...base, kind: "ban", originId: given.origin, untilMs: toEndMs(given, atMs) };
    case "canary": {
      const { origin: originId, share: part } = given;
      return { ...base, kind: "canary", originId, share: part, untilMs: toEndMs(given, atMs) };
    }
    case "freeze":
      return { ...base, kind: "freeze", untilMs: toEndMs(given, atMs) };
    case "shadow":
      return { ...base, kind: "shadow", untilMs: endMs };
  }
}

function toEndMs({ forSeconds: seconds }: { readonly forSeconds: number }, atMs: number): number {
  return atMs + seconds * 1_000;
}

function printOverride(override: Override) {
  const { id, kind, channelId, by, atMs, untilMs } = override;
  return {
    id,
    kind,
    channel: channelId,
    origin: "originId" in override ? override.originId : null,
    share: override.kind === "canary" ? override.share : null,
    by,
    since: printMoment(atMs),
    until: untilMs === null ? null : printMoment(untilMs),
  };
}
