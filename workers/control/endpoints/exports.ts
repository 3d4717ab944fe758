// /exports: write one now, and put one back. The daily one needs nobody (export/daily-export.ts).

import * as z from "zod";
import { parseIfMatch } from "../../core/api/condition.ts";
import { printAppliedProblem } from "../api/applied-problem.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import { toSummary } from "../export/daily-export.ts";
import { EXPORT_NAME, EXPORT_PARTS, toExportName } from "../export/manifest.ts";
import { findDamage, readManifest } from "../export/read-export.ts";
import { restoreExport } from "../export/restore-export.ts";
import { toExportPlace } from "../export/store.ts";
import { writeExport } from "../export/write-export.ts";
import { MOMENT } from "./forms.ts";

const PART = z.enum(EXPORT_PARTS);
const SUMMARY = z.strictObject({
  name: z.string(),
  at: MOMENT,
  rows: z.partialRecord(PART, z.int()),
  bytes: z.int(),
  missing: z.array(z.strictObject({ part: PART, why: z.string() })),
});

const write = toEndpoint({
  method: "post",
  path: "/exports",
  name: "writeExport",
  group: "exports",
  summary: "Writes catalog, orders, audit, incidents and ledgers to the export storage now.",
  scope: "infra",
  isMutation: true,
  answers: [{ status: 201, what: "It is written.", schema: SUMMARY }],
  problems: ["order-refused", "upstream-failed"],
  handle: async ({ env, requestId, nowMs }) => {
    const place = toExportPlace(env);
    if (place.kind === "missing") return toProblem("order-refused", place.detail);
    const exported = await writeExport(env, place, toExportName(nowMs, requestId), nowMs);
    if (exported.kind === "failed") {
      return toProblem("upstream-failed", `Nothing was written: ${exported.detail}.`);
    }
    const after = toSummary(exported.manifest);
    const change = { target: place.words, before: null, after };
    return { kind: "done", status: 201, body: after, change };
  },
});

const restore = toEndpoint({
  method: "post",
  path: "/exports/restore",
  name: "restoreExport",
  group: "exports",
  summary:
    "Puts an export back: the catalog's history with its newest one in force, orders that have " +
    "not ended, the audit, and the ledgers of channels that have not begun. What is here stays. " +
    "If-Match as for the catalog.",
  scope: "infra",
  body: {
    kind: "json",
    bytesMax: 1_024,
    schema: z.strictObject({
      name: z
        .string()
        .regex(EXPORT_NAME, "must be the name of an export")
        .or(z.literal("latest"))
        .default("latest"),
    }),
  },
  isConditional: true,
  isMutation: true,
  answers: [
    {
      status: 200,
      what: "How many rows were taken, and the catalog version that is in force now.",
      schema: z.strictObject({
        name: z.string(),
        version: z.int(),
        catalogs: z.int(),
        orders: z
          .int()
          .meta({ description: "Of those exported, the ones that are in force by it." }),
        audit: z.int(),
        decisions: z.int(),
        incidents: z.int(),
        ledgers: z.int(),
      }),
    },
  ],
  problems: [
    "order-refused",
    "not-found",
    "catalog-refused",
    "stale",
    "condition-needed",
    "upstream-failed",
  ],
  handle: async ({ env, caller, body, ifMatch }) => {
    const condition = parseIfMatch(ifMatch);
    if (condition === null) return toProblem("bad-request", "If-Match: send an ETag, or *.");
    const place = toExportPlace(env);
    if (place.kind === "missing") return toProblem("order-refused", place.detail);
    const reading = await readManifest(place, body.name);
    if (reading.kind === "absent") {
      return toProblem("not-found", `${place.words} holds no complete export "${body.name}".`);
    }
    if (reading.kind === "failed") return toProblem("upstream-failed", `${reading.detail}.`);
    const { manifest } = reading;
    const damage = await findDamage(place, manifest);
    if (damage !== null) {
      return toProblem("upstream-failed", `Nothing was changed: ${damage}.`);
    }
    const outcome = await restoreExport(env, place, manifest, caller.name, condition);
    const { applied } = outcome;
    if (outcome.kind === "not-applied" || applied.kind !== "applied") {
      return printAppliedProblem(applied);
    }
    const { name } = manifest;
    const after = { name, version: applied.version, ...outcome.counts };
    const before = applied.before === null ? null : { version: applied.before };
    const change = { target: "catalog, orders, audit, ledgers", before, after };
    return { kind: "done", status: 200, body: after, change };
  },
});

export const EXPORT_ENDPOINTS: readonly Endpoint[] = [write, restore];
