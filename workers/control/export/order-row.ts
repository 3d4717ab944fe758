// Rows of the part "orders" of an export: what operators have said and what is in force by it, as
// the objects keep it. Read back field by field, because it will be obeyed and not only shown.

import * as z from "zod";
import type { Override } from "../../core/health/operators/override.ts";
import type { DeclaredEvent } from "../../core/health/overload/overload.ts";
import type { HostDrain } from "../../core/steer/host-watch.ts";

export type OrderRow =
  | { readonly kind: "override"; readonly override: Override }
  /** With the freeze that goes with it. */
  | { readonly kind: "event"; readonly event: DeclaredEvent }
  | { readonly kind: "pathway"; readonly pathwayId: string; readonly drain: HostDrain };

const channelId = z.string().nullable();
const base = { id: z.string(), channelId, by: z.string(), atMs: z.number() };
const mayEnd = { ...base, untilMs: z.number().nullable() };
const mustEnd = { ...base, untilMs: z.number() };
const originId = z.string();
const OVERRIDE = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("pin"), originId, ...mayEnd }),
  z.object({ kind: z.literal("ban"), originId, ...mustEnd }),
  z.object({ kind: z.literal("drain"), originId, ...mayEnd }),
  z.object({ kind: z.literal("canary"), originId, share: z.number(), ...mustEnd }),
  z.object({ kind: z.literal("freeze"), ...mustEnd }),
  z.object({ kind: z.literal("shadow"), ...mayEnd }),
]) satisfies z.ZodType<Override>;
const EVENT = z.object({
  ...{ id: z.string(), channelId, by: z.string() },
  fromMs: z.number(),
  untilMs: z.number(),
  requestsPerSecond: z.number().nullable(),
  deviation: z.number().nullable(),
}) satisfies z.ZodType<DeclaredEvent>;
const DRAIN = z.object({ by: z.string(), atMs: z.number(), untilMs: z.number().nullable() });

/** The form of a row. */
export const ORDER_ROW = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("override"), override: OVERRIDE }),
  z.object({ kind: z.literal("event"), event: EVENT }),
  z.object({ kind: z.literal("pathway"), pathwayId: z.string(), drain: DRAIN }),
]) satisfies z.ZodType<OrderRow>;
