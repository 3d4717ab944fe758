// /manifest: a playlist as its origin wrote it. Beside what the edge makes of it, it answers "was
// that us?"; control/manifest.ts says what may be read.

import * as z from "zod";
import { ID_FORM } from "../../core/config/catalog-schema.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import { parseExplainUrl } from "../explain.ts";
import { readManifest } from "../manifest.ts";
import { toRouteList } from "../views.ts";

const QUERY = z.strictObject({
  url: z
    .string({ error: "must be a viewer URL or its path, like /demo/master.m3u8" })
    .max(8_192)
    .meta({ example: "/demo/master.m3u8" }),
  origin: z.string().regex(ID_FORM).optional().meta({
    description: "An origin of the channel; absent: the one that is asked first.",
  }),
});

const MANIFEST = z.object({
  channel: z.string(),
  path: z.string(),
  origin: z.string(),
  text: z.string(),
  latencyMs: z.number(),
});

export const MANIFEST_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/manifest",
    name: "readManifest",
    group: "health",
    summary: "A playlist of a channel as its origin has it now, before it is rewritten.",
    scope: "read",
    query: QUERY,
    answers: [{ status: 200, what: "The playlist and who has it.", schema: MANIFEST }],
    problems: ["bad-request", "not-found", "upstream-failed"],
    handle: async ({ env, query }) => {
      const target = parseExplainUrl(query.url);
      if (target.kind === "refused") return toProblem("bad-request", target.detail);
      const view = await askMain(env.HEALTH, (health) => health.view());
      const { channels } = toRouteList(view);
      const order = (id: string) => channels.find((route) => route.id === id)?.order ?? [];
      const { catalog } = view;
      const reading = await readManifest(env, catalog, target.path, query.origin ?? null, order);
      switch (reading.kind) {
        case "manifest": {
          const { kind: _, ...body } = reading;
          return { kind: "done", status: 200, body };
        }
        case "unknown":
          return toProblem("not-found", reading.detail);
        case "refused":
          return toProblem("bad-request", reading.detail);
        case "failed":
          return toProblem("upstream-failed", reading.detail);
      }
    },
  }),
];
