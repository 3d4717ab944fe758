// What is answered about preload events, for the document: the words of core/contract as schemas.

import * as z from "zod";
import { EVENT_STATES, REFUSALS } from "../../core/contract/events.ts";
import { CLAIM_KINDS } from "../../core/contract/receipts.ts";
import { WARM_FAILURES } from "../../core/contract/warming.ts";

const COUNTS = { planned: z.int(), warm: z.int(), failed: z.int() };
/** How an event is getting on. */
export const PROGRESS = z.object({
  id: z.uuid(),
  title: z.string(),
  channel: z.string(),
  playlist: z.string(),
  regions: z.array(z.string()),
  state: z.enum(EVENT_STATES),
  problem: z.string().nullable(),
  objects: z.object(COUNTS),
  bytes: z.object({ planned: z.number(), warm: z.number() }),
  coverage: z.number(),
  places: z.array(z.object({ place: z.string(), ...COUNTS })),
  inFlight: z.int(),
  deadLetters: z.int(),
  decays: z.int(),
  etaMs: z.number().nullable(),
  failures: z.array(
    z.object({ path: z.string(), region: z.string(), failure: z.enum(WARM_FAILURES) }),
  ),
  acceptedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  nextAtMs: z.number().nullable(),
});

/** What it would do. */
export const PLAN = z.object({
  files: z.int(),
  places: z.array(z.string()),
  objects: z.int(),
  bytes: z.number(),
  filesOfUnknownLength: z.int(),
  origin: z.object({ bytes: z.number(), requests: z.number() }),
  runSecondsMin: z.number().nullable(),
  cost: z
    .object({ amount: z.number(), currency: z.string(), source: z.string(), date: z.string() })
    .nullable(),
  conflicts: z.array(z.string()),
  refusals: z.array(z.object({ reason: z.enum(REFUSALS), detail: z.string() })),
  sample: z.array(z.looseObject({ path: z.string() })),
});

/** What can be proven of it. */
export const RECEIPT = z.object({
  receipt: z.looseObject({
    kind: z.literal("weir-receipt"),
    eventId: z.string(),
    claims: z.array(z.looseObject({ kind: z.enum(CLAIM_KINDS), place: z.string() })),
    entries: z.array(z.looseObject({ path: z.string(), place: z.string(), warm: z.boolean() })),
  }),
  signature: z
    .object({ protected: z.string(), signature: z.string() })
    .nullable()
    .meta({ description: "JWS over the receipt in canonical form; null: there is no key." }),
});

/** An event in a list. */
export const LINE = z.object({
  id: z.uuid(),
  title: z.string(),
  channel: z.string(),
  state: z.enum(EVENT_STATES),
  acceptedAtMs: z.number(),
});
