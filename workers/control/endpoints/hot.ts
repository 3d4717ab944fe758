// /hot: what viewers want most, what was preloaded for it unasked, and what is being done about
// channels whose files are too seldom hits. Decided in core/warm; only shown here.

import * as z from "zod";
import { type HotKeeping, toHotBudget } from "../../core/warm/hot-keeping.ts";
import { toHotNames } from "../../core/warm/hot-tracker.ts";
import { REMEDY_STEPS } from "../../core/warm/remedy.ts";
import { readClockMs } from "../../platform/clock.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { MOMENT, printMoment } from "./forms.ts";

const HOT = z.strictObject({
  enabled: z.boolean().meta({ description: "Whether the catalog has a [hot] table." }),
  left: z
    .strictObject({ files: z.int(), bytes: z.int() })
    .nullable()
    .meta({ description: "Of the hour's budget." }),
  files: z.array(z.strictObject({ channel: z.string(), path: z.string(), score: z.number() })),
  orders: z.array(
    z.strictObject({
      event: z.uuid(),
      channel: z.string(),
      files: z.int(),
      bytes: z.int().nullable(),
      orderedAt: MOMENT,
    }),
  ),
  channels: z.array(
    z.strictObject({
      channel: z.string(),
      requests: z.int(),
      ratio: z.number().nullable(),
      misses: z.record(z.string(), z.int()),
      step: z.enum(REMEDY_STEPS),
      factor: z.number(),
    }),
  ),
  steps: z.array(
    z.strictObject({
      channel: z.string(),
      at: MOMENT,
      step: z.enum(["analyse", "lengthen", "preload", "report", "recovered"]),
      ratio: z.number().nullable(),
      leading: z.string().nullable(),
      factor: z.number().nullable(),
    }),
  ),
});

export const HOT_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/hot",
    name: "readHot",
    group: "preload",
    summary: "What is wanted most, what was preloaded unasked, and what is done about misses.",
    scope: "read",
    answers: [{ status: 200, what: "As of now.", schema: HOT }],
    handle: async ({ env }) => {
      const { rules, keeping } = await askMain(env.HOT, (keeper) => keeper.view());
      const nowMs = readClockMs();
      const body = {
        enabled: rules !== null,
        left: rules === null ? null : toHotBudget(keeping, rules, nowMs),
        files: toHotNames(keeping.hot, nowMs).map(({ name, score }) => {
          const slash = name.indexOf("/");
          return { channel: name.slice(0, slash), path: name.slice(slash + 1), score };
        }),
        orders: keeping.orders.map(({ eventId, channel, files, bytes, atMs }) => {
          return { event: eventId, channel, files, bytes, orderedAt: printMoment(atMs) };
        }),
        channels: toChannels(keeping),
        steps: keeping.notes.map(({ channel, atMs, effect }) => ({
          channel,
          at: printMoment(atMs),
          step: effect.kind,
          ratio: "ratio" in effect ? effect.ratio : null,
          leading: "leading" in effect ? effect.leading : null,
          factor: "factor" in effect ? effect.factor : null,
        })),
      };
      return { kind: "done", status: 200, body };
    },
  }),
];

/** As their last whole window was. */
function toChannels({ lastWindow, remedies }: HotKeeping) {
  const ids = [...new Set([...lastWindow.keys(), ...remedies.keys()])].sort();
  return ids.map((channel) => {
    const { hits, requests, misses } = lastWindow.get(channel) ?? {
      ...{ hits: 0, requests: 0, misses: {} },
    };
    const { step, factor } = remedies.get(channel) ?? { step: "watch", factor: 1 };
    const ratio = requests === 0 ? null : hits / requests;
    return { channel, requests, ratio, misses, step, factor };
  });
}
