// /explain: why a viewer gets what it gets. The edge answers, by walking the viewer's own way; this
// row checks what is asked and adds nothing but control's verdicts (control/explain.ts).

import * as z from "zod";
import { type Endpoint, toEndpoint } from "../endpoint.ts";
import { EXPLAIN_REGIONS_MAX, explainUrl, parseExplainUrl } from "../explain.ts";
import { toProblem } from "../problem.ts";

const EXPLAIN_QUERY = z.strictObject({
  url: z
    .string({ error: "must be a viewer URL or its path, like /demo/master.m3u8" })
    .max(8_192)
    .meta({ example: "/demo/master.m3u8" }),
  region: z
    .string()
    .regex(/^[a-z]{2,8}(,[a-z]{2,8})*$/, "must be regions, like enam or enam,weur")
    .optional(),
});

const VERDICT = z.object({
  origin: z.string(),
  role: z.string(),
  verdict: z.string(),
  reasons: z.array(z.string()),
  checkedAgoMs: z.number().nullable(),
  detail: z.string().nullable(),
});

export const EXPLAIN_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/explain",
    name: "explainUrl",
    group: "health",
    summary:
      "How a request for a viewer URL goes now: route, key, tiers, origins, lifetime, reply.",
    scope: "read",
    query: EXPLAIN_QUERY,
    answers: [
      {
        status: 200,
        what: "Each region's own word, and control's verdicts on the channel's origins.",
        schema: z.object({
          path: z.string(),
          channel: z.string().nullable(),
          verdicts: z.array(VERDICT),
          regions: z.array(
            z.object({
              region: z.string(),
              explanation: z.looseObject({}).nullable(),
              detail: z.string().nullable(),
            }),
          ),
        }),
      },
    ],
    problems: ["bad-request"],
    handle: async ({ env, query }) => {
      const target = parseExplainUrl(query.url);
      if (target.kind === "refused") return toProblem("bad-request", target.detail);
      const known = env.WEIR_REGIONS.split(",").filter((region) => region !== "");
      const asked = query.region?.split(",") ?? known.slice(0, 1);
      const strange = asked.find((region) => !known.includes(region));
      if (strange !== undefined || asked.length > EXPLAIN_REGIONS_MAX) {
        return toProblem("bad-request", `region: must be of ${known.join(", ")}.`);
      }
      const body = await explainUrl(env, target.path, asked);
      return { kind: "done", status: 200, body, headers: { "cache-control": "no-store" } };
    },
  }),
];
