// The receipt of an event: an entry for every file and place with what was last seen there, and the
// claims, each for itself. A hit in the Cache API speaks of one data centre, a hit in Workers Cache
// of an upper tier, an object in R2 of the hot tier, and only viewers' own hits of viewers. Nothing
// here adds one up into another. It does NOT sign; that is the preload worker's.

import {
  CLAIM_KINDS,
  type ClaimKind,
  type Receipt,
  type ReceiptClaim,
  type ReceiptEntry,
} from "../contract/receipts.ts";
import type { WarmAdapter } from "../contract/warming.ts";
import { toCoverage } from "./passes.ts";
import type { WarmingEvent, WarmTask } from "./warming-event.ts";

/** Viewers' requests for the channel in one region since the event began. */
export interface ViewersSeen {
  readonly region: string;
  readonly hits: number;
  readonly requests: number;
}

const CLAIM_OF: Readonly<Record<WarmAdapter, ReceiptEntry["claim"]>> = {
  "cache-api": "data-centre",
  "workers-cache": "upper-tier",
  r2: "hot-tier",
};

/** What can be said now. */
export function toReceipt(
  event: WarmingEvent,
  viewers: readonly ViewersSeen[],
  nowMs: number,
): Receipt {
  const entries = event.batches.flatMap(({ place, tasks }) =>
    tasks.map((task) => toEntry(task, place)),
  );
  const wanted = event.request.verify?.coverage ?? 1;
  return {
    kind: "weir-receipt",
    format: 1,
    eventId: event.id,
    title: event.request.title,
    channel: event.request.channel,
    issuedAtMs: nowMs,
    state: event.state,
    coverage: { ...toCoverage(event), wanted },
    claims: [...toClaims(entries), ...viewers.map(toViewerClaim)],
    passes: event.passes,
    entries,
  };
}

function toEntry(task: WarmTask, place: string): ReceiptEntry {
  const { path, seen, expected, failure, tries, state } = task;
  const sighting = seen?.sighting ?? null;
  return {
    path,
    place,
    claim: seen === null ? null : CLAIM_OF[seen.adapter],
    warm: state === "warm",
    failure,
    adapter: seen?.adapter ?? null,
    tier: sighting?.isHit === true ? sighting.detail : null,
    dataCentre: seen?.dataCentre ?? null,
    status: sighting?.status ?? 0,
    etag: sighting?.etag ?? null,
    lengthBytes: sighting?.lengthBytes ?? null,
    md5: sighting?.md5 ?? null,
    version: sighting?.version ?? null,
    ageSeconds: sighting?.ageSeconds ?? null,
    seenAtMs: seen?.atMs ?? null,
    isCompared: sighting !== null && expected !== null,
    tries,
  };
}

/** One claim per kind and place, in the order of CLAIM_KINDS. */
function toClaims(entries: readonly ReceiptEntry[]): readonly ReceiptClaim[] {
  const found = new Map<string, { kind: ClaimKind; place: string; own: ReceiptEntry[] }>();
  const totals = new Map<string, number>();
  for (const entry of entries) {
    totals.set(entry.place, (totals.get(entry.place) ?? 0) + 1);
    if (entry.claim === null) continue;
    const key = `${entry.claim} ${entry.place}`;
    const row = found.get(key) ?? { kind: entry.claim, place: entry.place, own: [] };
    found.set(key, row);
    row.own.push(entry);
  }
  return [...found.values()]
    .map(({ kind, place, own }) => {
      const warm = own.filter((entry) => entry.warm);
      const dataCentres = new Set(warm.flatMap(({ dataCentre }) => dataCentre ?? []));
      const of = totals.get(place) ?? own.length;
      return { kind, place, dataCentres: [...dataCentres].sort(), proven: warm.length, of };
    })
    .sort((a, b) => CLAIM_KINDS.indexOf(a.kind) - CLAIM_KINDS.indexOf(b.kind));
}

function toViewerClaim({ region, hits, requests }: ViewersSeen): ReceiptClaim {
  return { kind: "region-seen", place: region, dataCentres: [], proven: hits, of: requests };
}
