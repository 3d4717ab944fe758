// /incidents and /decisions: what went wrong, what the health machines decided and on what, newest
// first, and the beginning of a post-mortem for people to finish.

import * as z from "zod";
import { parseCursor, printCursor } from "../../core/api/page.ts";
import { AUDIT_KINDS, type AuditRecord } from "../../core/health/incidents/audit.ts";
import { ALERT_LEVELS, type Incident } from "../../core/health/incidents/incident.ts";
import { printPostMortem } from "../../core/health/incidents/post-mortem.ts";
import { askMain } from "../api/ask-object.ts";
import { type Endpoint, toEndpoint } from "../api/endpoint.ts";
import { toProblem } from "../api/problem.ts";
import type { Env } from "../env.ts";
import { MOMENT, NEXT, PAGE_FIELDS, printMoment } from "./forms.ts";

const RECORD = z.strictObject({
  seq: z.int(),
  at: MOMENT,
  kind: z.enum(AUDIT_KINDS),
  actor: z.string(),
  channel: z.string().nullable(),
  origin: z.string().nullable(),
  region: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  reason: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const LINE = {
  id: z.string(),
  level: z.enum(ALERT_LEVELS),
  openedAt: MOMENT,
  closedAt: MOMENT.nullable().meta({ description: "Null: it is open." }),
  origins: z.array(z.string()),
  channels: z.array(z.string()),
  regions: z.array(z.string()),
  sessionsMax: z.number().nullable(),
  acknowledgedBy: z.string().nullable(),
  tookMs: z
    .strictObject({
      detect: z.number().nullable(),
      decide: z.number().nullable(),
      answer: z.number().nullable(),
    })
    .meta({
      description:
        "From the last good look to the detection (at most), from there to the decision, and from " +
        "there to the first good answer; null: not known.",
    }),
};
const NOTICE = z.strictObject({
  contact: z.string(),
  step: z
    .int()
    .meta({ description: "0 at once, 1 to 3 for each step of the climb, 4 at the end." }),
  at: MOMENT,
});
const INCIDENT = z.strictObject({
  ...LINE,
  notices: z.array(NOTICE).meta({ description: "Who was told, as far as it arrived." }),
  entries: z.array(RECORD),
  entriesDropped: z.int(),
});

const word = z.string().min(1, "must not be empty").max(63, "must have at most 63 characters");
const PARAMS = z.strictObject({
  id: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}-\d{1,9}-\d{1,12}$/)
    .meta({ example: "2026-11-20-1-1" }),
});

const list = toEndpoint({
  method: "get",
  path: "/incidents",
  name: "listIncidents",
  group: "incidents",
  summary: "Incidents of the last 30 days, newest first.",
  scope: "read",
  query: z.strictObject({
    ...PAGE_FIELDS,
    open: z.enum(["true", "false"], "must be true or false").optional(),
  }),
  answers: [
    {
      status: 200,
      what: "A page of them, without their entries.",
      schema: z.strictObject({ incidents: z.array(z.strictObject(LINE)), next: NEXT }),
    },
  ],
  handle: async ({ env, query }) => {
    const { limit, cursor, open } = query;
    const beforeId = cursor === undefined ? null : parseCursor("incidents", cursor);
    if (cursor !== undefined && beforeId === null) return BAD_CURSOR;
    const isOpen = open === undefined ? {} : { isOpen: open === "true" };
    const page = await askMain(env.HEALTH, (it) => it.incidents({ beforeId, limit, ...isOpen }));
    const { incidents, nextBeforeId } = page;
    const next = nextBeforeId === null ? null : printCursor("incidents", nextBeforeId);
    return { kind: "done", status: 200, body: { incidents: incidents.map(printLine), next } };
  },
});

const read = toEndpoint({
  method: "get",
  path: "/incidents/{id}",
  name: "readIncident",
  group: "incidents",
  summary: "One incident with every decision that belongs to it.",
  scope: "read",
  params: PARAMS,
  answers: [{ status: 200, what: "The incident.", schema: INCIDENT }],
  problems: ["not-found"],
  handle: async ({ env, params }) => {
    const incident = await find(env, params.id);
    if (incident === null) return UNKNOWN;
    const { entries, entriesDropped } = incident;
    const notices = incident.notices.map(({ contactId, step, atMs }) => {
      return { contact: contactId, step, at: printMoment(atMs) };
    });
    const records = entries.map(printRecord);
    const body = { ...printLine(incident), notices, entries: records, entriesDropped };
    return { kind: "done", status: 200, body };
  },
});

const postMortem = toEndpoint({
  method: "get",
  path: "/incidents/{id}/post-mortem",
  name: "readPostMortem",
  group: "incidents",
  summary: "The incident as the beginning of a post-mortem.",
  scope: "read",
  params: PARAMS,
  answers: [{ status: 200, what: "Markdown.", type: "text/markdown; charset=utf-8" }],
  problems: ["not-found"],
  handle: async ({ env, params, nowMs }) => {
    const incident = await find(env, params.id);
    if (incident === null) return UNKNOWN;
    const headers = { "content-type": "text/markdown; charset=utf-8" };
    return { kind: "done", status: 200, body: printPostMortem(incident, nowMs), headers };
  },
});

const acknowledge = toEndpoint({
  method: "post",
  path: "/incidents/{id}/acknowledge",
  name: "acknowledgeIncident",
  group: "incidents",
  summary: "Says that the caller is at it: escalation stops.",
  scope: "infra",
  params: PARAMS,
  isMutation: true,
  answers: [{ status: 204, what: "It is noted." }],
  problems: ["not-found"],
  handle: async ({ env, caller, params }) => {
    const { id } = params;
    const incident = await find(env, id);
    const isNoted = await askMain(env.HEALTH, (it) => it.acknowledge(id, caller.name));
    if (!isNoted) return toProblem("not-found", "No open incident has this id.");
    const before = { acknowledgedBy: incident?.acknowledgedBy ?? null };
    const after = { acknowledgedBy: caller.name };
    const change = { target: `incidents/${id}`, before, after };
    return { kind: "done", status: 204, change };
  },
});

const decisions = toEndpoint({
  method: "get",
  path: "/decisions",
  name: "listDecisions",
  group: "incidents",
  summary: "Every verdict, switch and order of the last 30 days with its inputs, newest first.",
  scope: "read",
  query: z.strictObject({ ...PAGE_FIELDS, channel: word.optional(), origin: word.optional() }),
  answers: [
    {
      status: 200,
      what: "A page of them.",
      schema: z.strictObject({ decisions: z.array(RECORD), next: NEXT }),
    },
  ],
  handle: async ({ env, query }) => {
    const { limit, cursor, channel: channelId = null, origin: originId = null } = query;
    const after = cursor === undefined ? null : parseCursor("decisions", cursor);
    if (cursor !== undefined && !/^-?\d{1,15}$/.test(after ?? "")) return BAD_CURSOR;
    const beforeSeq = after === null ? null : Number(after);
    const ask = { beforeSeq, limit, channelId, originId };
    const { records, nextBeforeSeq } = await askMain(env.HEALTH, (it) => it.audit(ask));
    const next = nextBeforeSeq === null ? null : printCursor("decisions", `${nextBeforeSeq}`);
    return { kind: "done", status: 200, body: { decisions: records.map(printRecord), next } };
  },
});

export const INCIDENT_ENDPOINTS: readonly Endpoint[] = [
  list,
  read,
  postMortem,
  acknowledge,
  decisions,
];

const UNKNOWN = toProblem("not-found", "No incident of the last 30 days has this id.");
const BAD_CURSOR = toProblem("bad-request", "cursor: is not of this list; leave it out.");

/** The incident as the health centre keeps it, with what the alert desk knows of who was told. */
async function find(env: Env, id: string): Promise<Incident | null> {
  const [incident, told] = await Promise.all([
    askMain(env.HEALTH, (health) => health.incident(id)),
    askMain(env.ALERTS, (desk) => desk.notices([id])),
  ]);
  return incident === null ? null : { ...incident, notices: told[id] ?? [] };
}

function printLine(incident: Incident) {
  const { id, level, openedAtMs, closedAtMs, origins, channels, regions } = incident;
  const { sessionsMax, acknowledgedBy, faultAfterMs, detectedAtMs } = incident;
  const { decidedAtMs, firstGoodAtMs } = incident;
  return {
    id,
    level,
    openedAt: printMoment(openedAtMs),
    closedAt: closedAtMs === null ? null : printMoment(closedAtMs),
    ...{ origins, channels, regions, sessionsMax, acknowledgedBy },
    tookMs: {
      detect: toSpan(faultAfterMs, detectedAtMs),
      decide: toSpan(detectedAtMs, decidedAtMs),
      answer: toSpan(decidedAtMs, firstGoodAtMs),
    },
  };
}

function toSpan(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : toMs - fromMs;
}

function printRecord(record: AuditRecord) {
  const { seq, atMs, kind, actor, channelId, originId, region, from, to, reason, inputs } = record;
  const place = { channel: channelId, origin: originId, region };
  return { seq, at: printMoment(atMs), kind, actor, ...place, from, to, reason, inputs };
}
