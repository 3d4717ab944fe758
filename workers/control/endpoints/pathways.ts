// /pathways: the delivery hosts that players are steered between, and the word by which an operator
// takes one out. What a drain does to sessions is decided at the edges (core/steer).

import * as z from "zod";
import { PATHWAY_VERDICTS } from "../../core/contract/pathways.ts";
import { readClockMs } from "../../platform/clock.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import { toPathwayList } from "../hosts/host-views.ts";

const BODY_BYTES_MAX = 1_024;
/** Longest drain with an end: a week. */
const MINUTES_MAX = 7 * 24 * 60;

const PATHWAY_PARAMS = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,63}$/)
    .meta({ example: "b" }),
});

const DRAIN = z.strictObject({
  drained: z.boolean().meta({ description: "Whether sessions should leave the host." }),
  minutes: z
    .number()
    .min(1)
    .max(MINUTES_MAX)
    .nullable()
    .default(null)
    .meta({ description: "For so long; null: until it is taken back." }),
});

const PATHWAY = z.object({
  id: z.string(),
  url: z.string(),
  weight: z.number(),
  verdict: z.enum(PATHWAY_VERDICTS),
  changedAgoMs: z.number().nullable(),
  detail: z.string().nullable(),
  drained: z.object({ by: z.string(), forMs: z.number().nullable() }).nullable(),
});

export const PATHWAY_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/pathways",
    name: "listPathways",
    group: "health",
    summary: "Every delivery host with its verdict, and whether an operator has taken it out.",
    scope: "read",
    answers: [
      {
        status: 200,
        what: "The pathways, in the catalog's order.",
        schema: z.object({ pathways: z.array(PATHWAY) }),
      },
    ],
    handle: async ({ env }) => {
      const { hosts, watches } = await askMain(env.HOSTS, (desk) => desk.view());
      return { kind: "done", status: 200, body: toPathwayList(hosts, watches, readClockMs()) };
    },
  }),
  toEndpoint({
    method: "put",
    path: "/pathways/{id}",
    name: "drainPathway",
    group: "health",
    summary: "Takes a delivery host out: sessions leave it with their next manifest. Or ends that.",
    scope: "infra",
    params: PATHWAY_PARAMS,
    body: { kind: "json", bytesMax: BODY_BYTES_MAX, schema: DRAIN },
    isMutation: true,
    answers: [{ status: 200, what: "The pathway as it is now.", schema: PATHWAY }],
    problems: ["not-found"],
    handle: async ({ env, params, body, caller }) => {
      const before = await askMain(env.HOSTS, (desk) => desk.view());
      const { drained: isDrained, minutes } = body;
      const forMs = minutes === null ? null : minutes * 60_000;
      const watch = await askMain(env.HOSTS, (desk) =>
        desk.drain(params.id, caller.name, { isDrained, forMs }),
      );
      if (watch === null) {
        return toProblem(
          "not-found",
          `No [[hosts]] of the catalog has the pathway "${params.id}".`,
        );
      }
      const toLine = (watches: typeof before.watches) =>
        toPathwayList(before.hosts, watches, readClockMs()).pathways.find(
          ({ id }) => id === params.id,
        );
      const after = toLine([watch]);
      const change = {
        target: `pathways/${params.id}`,
        before: toLine(before.watches)?.drained ?? null,
        after: after?.drained ?? null,
      };
      return { kind: "done", status: 200, body: after, change };
    },
  }),
];
