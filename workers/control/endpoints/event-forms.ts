// Forms of preload events as the API shows them: core/contract/events.ts and receipts.ts in words
// of schemas. What is taken is in ../event-schema.ts.

import * as z from "zod";
import { EVENT_STATES, REFUSALS } from "../../core/contract/events.ts";
import { CLAIM_KINDS } from "../../core/contract/receipts.ts";
import { WARM_ADAPTERS, WARM_FAILURES } from "../../core/contract/warming.ts";

export const EVENT_PARAMS = z.strictObject({
  id: z.uuid().meta({ example: "00000000-0000-4000-8000-000000000000" }),
});

const counts = { planned: z.int(), warm: z.int(), failed: z.int() };
const share = z.number().min(0).max(1);

export const PROGRESS = z.object({
  id: z.uuid(),
  title: z.string(),
  channel: z.string(),
  playlist: z.string(),
  regions: z.array(z.string()),
  state: z.enum(EVENT_STATES),
  problem: z.string().nullable(),
  objects: z.object(counts),
  bytes: z.object({ planned: z.number(), warm: z.number() }),
  coverage: share.meta({ description: "Warm objects of all." }),
  places: z.array(z.object({ place: z.string(), ...counts })),
  inFlight: z.int(),
  deadLetters: z.int().meta({ description: "Tries are used up; resume begins anew." }),
  decays: z.int().meta({ description: "Found cold after having been warm." }),
  etaMs: z.number().nullable(),
  failures: z.array(
    z.object({ path: z.string(), region: z.string(), failure: z.enum(WARM_FAILURES) }),
  ),
  acceptedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  nextAtMs: z.number().nullable(),
});

export const LINE = z.object({
  id: z.uuid(),
  title: z.string(),
  channel: z.string(),
  state: z.enum(EVENT_STATES),
  acceptedAtMs: z.number(),
});

export const PLAN = z.object({
  files: z.int(),
  places: z.array(z.string()),
  objects: z.int(),
  bytes: z.number(),
  filesOfUnknownLength: z.int(),
  origin: z.object({ bytes: z.number(), requests: z.int() }),
  runSecondsMin: z.number().nullable(),
  cost: z
    .object({
      amount: z.number(),
      currency: z.string(),
      source: z.string(),
      date: z.string(),
    })
    .nullable()
    .meta({ description: "From the catalog's [prices]; null without it." }),
  conflicts: z.array(z.string()),
  refusals: z.array(z.object({ reason: z.enum(REFUSALS), detail: z.string() })),
  sample: z.array(
    z.object({
      path: z.string(),
      lengthBytes: z.number().nullable(),
      etag: z.string().nullable(),
      version: z.string().nullable(),
    }),
  ),
});

const ENTRY = z.object({
  path: z.string(),
  place: z.string(),
  claim: z.enum(CLAIM_KINDS).nullable(),
  warm: z.boolean(),
  failure: z.enum(WARM_FAILURES).nullable(),
  adapter: z.enum(WARM_ADAPTERS).nullable(),
  tier: z.string().nullable(),
  dataCentre: z.string().nullable(),
  status: z.int(),
  etag: z.string().nullable(),
  lengthBytes: z.number().nullable(),
  md5: z.string().nullable(),
  version: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  seenAtMs: z.number().nullable(),
  isCompared: z.boolean(),
  tries: z.int(),
});

export const RECEIPT = z.object({
  receipt: z.object({
    kind: z.literal("weir-receipt"),
    format: z.literal(1),
    eventId: z.string(),
    title: z.string(),
    channel: z.string(),
    issuedAtMs: z.number(),
    state: z.string(),
    coverage: z.object({ warm: z.int(), of: z.int(), wanted: share }),
    claims: z.array(
      z.object({
        kind: z.enum(CLAIM_KINDS),
        place: z.string(),
        dataCentres: z.array(z.string()),
        proven: z.int(),
        of: z.int(),
      }),
    ),
    passes: z.array(
      z.object({
        kind: z.enum(["run", "look"]),
        startedAtMs: z.number(),
        endedAtMs: z.number(),
        warm: z.int(),
        of: z.int(),
        decays: z.int(),
      }),
    ),
    entries: z.array(ENTRY),
  }),
  signature: z
    .object({ protected: z.string(), signature: z.string() })
    .nullable()
    .meta({ description: "JWS over the receipt in canonical JSON (RFC 8785), detached." }),
});

export const KEYS = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });
