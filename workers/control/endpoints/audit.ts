// /audit: who changed what through this API, newest first.

import * as z from "zod";
import { parseCursor, printCursor } from "../../core/api/page.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import { AUDIT_OUTCOMES, type AuditEntry, toAuditPlace } from "../audit/audit-entry.ts";
import { MOMENT, NEXT, PAGE_FIELDS, printMoment } from "./forms.ts";

const ENTRY = z.strictObject({
  id: z.string().meta({ description: "Of the request; its problem names it as instance." }),
  at: MOMENT,
  actor: z.string(),
  via: z.string().meta({ description: "token, jwt or access." }),
  action: z.string().meta({ description: "Name of the operation in this document." }),
  target: z.string(),
  outcome: z.enum(AUDIT_OUTCOMES).meta({
    description: "unfinished: it runs, or its worker died in the middle.",
  }),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});

const word = z
  .string()
  .min(1, "must not be empty")
  .max(256, "must have at most 256 characters")
  .optional();

export const AUDIT_ENDPOINTS: readonly Endpoint[] = [
  toEndpoint({
    method: "get",
    path: "/audit",
    name: "listAudit",
    group: "audit",
    summary: "Everything that was changed through this API in the last 30 days, newest first.",
    scope: "read",
    query: z.strictObject({ ...PAGE_FIELDS, actor: word, action: word }),
    answers: [
      {
        status: 200,
        what: "A page of entries.",
        schema: z.strictObject({ entries: z.array(ENTRY), next: NEXT }),
      },
    ],
    handle: async ({ env, query }) => {
      const { limit, actor = null, action = null } = query;
      const before = query.cursor === undefined ? null : parseCursor("audit", query.cursor);
      if (query.cursor !== undefined && !/^\d{1,15}-.+$/.test(before ?? "")) {
        return toProblem("bad-request", "cursor: is not of this list; leave it out.");
      }
      const found = await askMain(env.AUDIT, (audit) =>
        audit.page({ before, countMax: limit + 1, actor, action }),
      );
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const isLast = last === undefined || found.length === page.length;
      const next = isLast ? null : printCursor("audit", toAuditPlace(last));
      return { kind: "done", status: 200, body: { entries: page.map(printEntry), next } };
    },
  }),
];

function printEntry({ atMs, before, after, ...entry }: AuditEntry) {
  return { ...entry, at: printMoment(atMs), before: parse(before), after: parse(after) };
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
