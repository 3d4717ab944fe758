// What the health machines decided and why: an append-only list, with the inputs of the moment. For
// the API, for incidents and for whoever asks in a month why channel 7 went to the other origin.
//
// A record is never changed and never taken back; what was wrong is put right by a later one.
// Thirty days are kept (design section 6). Inputs are plain values, so that a record can be read
// without the code that wrote it.

export const AUDIT_KINDS = [
  "verdict",
  "region-verdict",
  "switch",
  "order",
  "all-red",
  "would-switch",
  "first-good",
  "override",
  "node-ban",
  "shed",
  "viewers",
  /** Too few requests of a channel are hits, and what helps was tried. */
  "hit-ratio",
  /** Players of a network starve at a delivery host, or do so no more. */
  "network",
  /** A catalog was taken into force. */
  "catalog",
  /** Something that was done by way of the API. */
  "action",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

export type AuditInputs = Readonly<Record<string, string | number | boolean | null>>;

export interface AuditEntry {
  readonly kind: AuditKind;
  /** "health", or the operator. */
  readonly actor: string;
  readonly channelId: string | null;
  readonly originId: string | null;
  readonly region: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
  readonly inputs: AuditInputs;
}

export interface AuditRecord extends AuditEntry {
  /** Rises by one with every record, also over restarts. */
  readonly seq: number;
  readonly atMs: number;
}

export interface AuditLog {
  readonly nextSeq: number;
  /** Oldest first. */
  readonly records: readonly AuditRecord[];
}

export const AUDIT_EMPTY: AuditLog = { nextSeq: 1, records: [] };

export const AUDIT_KEPT_MS = 30 * 86_400_000;
/** A store that is written every second for a month must still fit; older ones are exported. */
export const AUDIT_RECORDS_MAX = 50_000;

/** Appends a record; a clock that went back does not put it before others. */
export function applyAudit(log: AuditLog, entry: AuditEntry, nowMs: number): AuditLog {
  const last = log.records.at(-1);
  const atMs = Math.max(nowMs, last?.atMs ?? nowMs);
  const record: AuditRecord = { ...entry, seq: log.nextSeq, atMs };
  const oldest = log.records[0];
  const isOver = log.records.length >= AUDIT_RECORDS_MAX;
  const kept =
    isOver || (oldest !== undefined && atMs - oldest.atMs > AUDIT_KEPT_MS)
      ? toKept(log.records, atMs)
      : log.records;
  return { nextSeq: log.nextSeq + 1, records: [...kept, record] };
}

function toKept(records: readonly AuditRecord[], atMs: number): readonly AuditRecord[] {
  const young = records.filter((record) => atMs - record.atMs <= AUDIT_KEPT_MS);
  return young.slice(-(AUDIT_RECORDS_MAX - 1));
}

/** How a record bears on an incident: it makes it worse, ends a part of it, or only tells. */
export type Bearing = "adverse" | "relief" | "note";

const BEARING: Readonly<Record<AuditKind, (entry: AuditEntry) => Bearing>> = {
  verdict: ({ to, from }) => (to === "red" ? "adverse" : from === "red" ? "relief" : "note"),
  "region-verdict": ({ to, from }) =>
    to === "red" ? "adverse" : from === "red" ? "relief" : "note",
  switch: () => "adverse",
  order: () => "note",
  "all-red": ({ to }) => (to === "all-red" ? "adverse" : "relief"),
  "would-switch": () => "adverse",
  "first-good": () => "relief",
  override: () => "note",
  "node-ban": ({ to }) => (to === "banned" ? "adverse" : "note"),
  shed: ({ to }) => (to === "none" ? "relief" : "adverse"),
  viewers: ({ to }) => (to === "alarm" ? "adverse" : "relief"),
  "hit-ratio": ({ to }) => (to === "low" ? "adverse" : to === "good" ? "relief" : "note"),
  network: () => "note",
  catalog: () => "note",
  action: () => "note",
};

/** What a record means for an incident. */
export function toBearing(entry: AuditEntry): Bearing {
  return BEARING[entry.kind](entry);
}
