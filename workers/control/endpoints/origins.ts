// /origins, /channels, /routes: who is fit, who serves what, and why. Everything is read from the
// health centre's view at one moment. Lists are whole unless a page is asked for.

import * as z from "zod";
import { toPage } from "../../core/api/page.ts";
import { CHOICE_REASONS } from "../../core/contract/policy.ts";
import { SIGHTING_ROLES } from "../../core/health/sighting.ts";
import { VERDICTS } from "../../core/health/verdict.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, type Outcome, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import type { Env } from "../env.ts";
import type { HealthView } from "../health-centre.ts";
import { toChannelList, toOriginList, toRouteList } from "../views.ts";
import { ID_PARAMS, NEXT, OPTIONAL_PAGE_QUERY, readPageAsk } from "./forms.ts";

const REGION_WORD = z.object({
  region: z.string(),
  verdict: z.enum(VERDICTS),
  reasons: z.array(z.string()),
  detail: z.string().nullable().meta({ description: "The last failure there, if it ever failed." }),
  latencyMs: z.number().nullable(),
  heardAgoMs: z.number(),
});
const WHY = z.object({
  channel: z.string().meta({ description: "The channel in which it fares worst." }),
  role: z.enum(SIGHTING_ROLES),
  words: z.array(z.string()).meta({ description: "The reasons as sentences, in their order." }),
  regions: z.array(REGION_WORD).meta({
    description: "What each region sees; the verdict is theirs together, by a quorum.",
  }),
});

const ORIGIN = z.object({
  id: z.string(),
  kind: z.enum(["http", "s3"]),
  region: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  reasons: z.array(z.string()),
  detail: z.string().nullable(),
  latencyMs: z.number().nullable(),
  checkedAgoMs: z.number().nullable(),
  lastMsn: z.number().nullable(),
  playlistAgeMs: z.number().nullable(),
  channels: z.array(z.string()),
  why: WHY.nullable().meta({ description: "Null: nobody has looked yet." }),
});

const TIMELINE = z.object({ n: z.int(), origins: z.array(z.string()) });
const ROUTE = z.object({
  id: z.string(),
  mode: z.enum(["live", "vod"]).nullable(),
  numbering: z.object({ timelines: z.string(), labels: z.string() }),
  timelines: z.array(TIMELINE),
  current: z.int(),
  order: z.array(z.string()),
  reason: z.enum(CHOICE_REASONS),
  changedAt: z.string(),
  canary: z
    .object({
      origin: z.string(),
      share: z.number(),
      label: z.string().nullable().meta({
        description: "Below which a live channel's sessions are; null: tried file by file.",
      }),
    })
    .nullable(),
  canaries: z.array(z.object({ label: z.string(), origin: z.string() })).meta({
    description: "Canaries of a live channel that may have viewers, also ended ones.",
  }),
});

const CHANNEL = z.object({
  id: z.string(),
  mode: z.enum(["live", "vod"]),
  playlist: z.string().meta({ description: "Path of the entry playlist at the edge." }),
  origins: z.array(z.string()).meta({ description: "In the catalog's order of preference." }),
  policy: z.looseObject({}),
});

/** A list of rows by id, from the health centre's view. */
function toListing<Row extends { readonly id: string }>(
  list: "origins" | "channels" | "routes",
  view: (view: HealthView) => readonly Row[],
  /** Name of the rows in the answer, and what else stands beside them. */
  print: (rows: readonly Row[], view: HealthView) => object,
) {
  return async ({
    env,
    query,
  }: {
    readonly env: Env;
    readonly query: z.output<typeof OPTIONAL_PAGE_QUERY>;
  }): Promise<Outcome> => {
    const ask = readPageAsk(list, query);
    if (ask.kind === "problem") return ask;
    const seen = await readView(env);
    const { rows, next } = toPage(list, view(seen), ({ id }) => id, ask);
    return { kind: "done", status: 200, body: { ...print(rows, seen), next } };
  };
}

function readView(env: Env): Promise<HealthView> {
  return askMain(env.HEALTH, (health) => health.view());
}

export const ORIGIN_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/origins",
    name: "listOrigins",
    group: "health",
    summary: "Every origin with its verdict, the reasons for it, and how old they are.",
    scope: "read",
    query: OPTIONAL_PAGE_QUERY,
    answers: [
      {
        status: 200,
        what: "The origins.",
        schema: z.object({ origins: z.array(ORIGIN), next: NEXT }),
      },
    ],
    handle: toListing(
      "origins",
      (view) => toOriginList(view).origins,
      (origins) => ({ origins }),
    ),
  }),
  toEndpoint({
    method: "get",
    path: "/origins/{id}",
    name: "readOrigin",
    group: "health",
    summary: "One origin with its verdict.",
    scope: "read",
    params: ID_PARAMS,
    answers: [{ status: 200, what: "The origin.", schema: ORIGIN }],
    problems: ["not-found"],
    handle: async ({ env, params }) => {
      const { origins } = toOriginList(await readView(env));
      const origin = origins.find(({ id }) => id === params.id);
      if (origin !== undefined) return { kind: "done", status: 200, body: origin };
      return toProblem("not-found", `No origin of the catalog has the id "${params.id}".`);
    },
  }),
  toEndpoint({
    method: "get",
    path: "/channels",
    name: "listChannels",
    group: "health",
    summary: "Every channel of the catalog in force, with every default filled in.",
    scope: "read",
    query: OPTIONAL_PAGE_QUERY,
    answers: [
      {
        status: 200,
        what: "The channels.",
        schema: z.object({ channels: z.array(CHANNEL), next: NEXT }),
      },
    ],
    handle: toListing("channels", toChannelList, (channels) => ({ channels })),
  }),
  toEndpoint({
    method: "get",
    path: "/channels/{id}",
    name: "readChannel",
    group: "health",
    summary: "One channel.",
    scope: "read",
    params: ID_PARAMS,
    answers: [{ status: 200, what: "The channel.", schema: CHANNEL }],
    problems: ["not-found"],
    handle: async ({ env, params }) => {
      const channel = toChannelList(await readView(env)).find(({ id }) => id === params.id);
      if (channel !== undefined) return { kind: "done", status: 200, body: channel };
      return toProblem("not-found", `No channel of the catalog has the id "${params.id}".`);
    },
  }),
  toEndpoint({
    method: "get",
    path: "/routes",
    name: "listRoutes",
    group: "health",
    summary: "Which timeline feeds each channel, in which order its origins are asked, and why.",
    scope: "read",
    query: OPTIONAL_PAGE_QUERY,
    answers: [
      {
        status: 200,
        what: "The channels, and the versions of policy and catalog that say so.",
        schema: z.object({
          policyVersion: z.number().nullable(),
          catalogVersion: z.number().nullable(),
          channels: z.array(ROUTE),
          next: NEXT,
        }),
      },
    ],
    handle: toListing(
      "routes",
      (view) => toRouteList(view).channels,
      (channels, view) => ({ ...toRouteList(view), channels }),
    ),
  }),
];
