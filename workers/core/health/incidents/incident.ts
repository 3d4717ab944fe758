// Groups decisions into incidents: one night's trouble is one story, however many channels, regions
// and verdicts it had. For the API, the alerts and the post-mortem.
//
// Like a nurse's chart: a new patient for a new complaint, but what happens to the same patient
// goes onto the same sheet. A record belongs to an open incident that shares its origin or its
// channel; an adverse one that belongs to none opens one. Two incidents that turn out to share
// something become one, the older. It closes when nothing of it is red and nothing adverse happened
// for five minutes; what comes back sooner is the same story.

import { type AuditRecord, toBearing } from "./audit.ts";

export const ALERT_LEVELS = ["info", "warning", "critical"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** Nothing adverse for so long ends an incident in which nobody is red. */
export const CALM_MS = 300_000;
/** A flood of records must not fill the store: what is over is counted. */
const ENTRIES_MAX = 500;
const INCIDENTS_MAX = 200;

export interface Notice {
  readonly step: number;
  readonly contactId: string;
  readonly atMs: number;
}

export interface Incident {
  readonly id: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly level: AlertLevel;
  readonly origins: readonly string[];
  readonly channels: readonly string[];
  readonly regions: readonly string[];
  /** Most sessions that were affected at one moment; null: nobody counted. */
  readonly sessionsMax: number | null;
  /** What is still wrong: keys of origins, channels and alarms. */
  readonly open: readonly string[];
  readonly lastAdverseAtMs: number;
  /** Last good sighting before the fault: it began after this; null: never seen well. */
  readonly faultAfterMs: number | null;
  readonly detectedAtMs: number;
  readonly decidedAtMs: number | null;
  readonly firstGoodAtMs: number | null;
  readonly entries: readonly AuditRecord[];
  readonly entriesDropped: number;
  readonly acknowledgedBy: string | null;
  readonly notices: readonly Notice[];
}

/** Newest last. */
export type IncidentBook = readonly Incident[];

/** Adds one record. */
export function applyRecord(book: IncidentBook, record: AuditRecord): IncidentBook {
  const bearing = toBearing(record);
  const touched = book.filter((each) => each.closedAtMs === null && isTouched(each, record));
  const [first, ...others] = touched;
  if (first === undefined) {
    if (bearing !== "adverse") return book;
    return [...book, toAdded(toOpened(record, book.length), record)].slice(-INCIDENTS_MAX);
  }
  const whole = toAdded(others.reduce(toJoined, first), record);
  return book
    .filter((each) => !others.includes(each))
    .map((each) => (each === first ? whole : each));
}

/** Closes what is over. Call it once in a while. */
export function applyCalm(book: IncidentBook, nowMs: number): IncidentBook {
  const isOver = (each: Incident) =>
    each.closedAtMs === null && each.open.length === 0 && nowMs - each.lastAdverseAtMs >= CALM_MS;
  if (!book.some(isOver)) return book;
  return book.map((each) =>
    isOver(each) ? { ...each, closedAtMs: (each.entries.at(-1)?.atMs ?? nowMs) + CALM_MS } : each,
  );
}

/** What is wrong with a place that has left the catalog is nobody's trouble any more. */
export function applyGone(
  book: IncidentBook,
  isThere: (channelId: string, originId: string) => boolean,
): IncidentBook {
  return book.map((each) => {
    const open = each.open.filter((key) => {
      const [, channelId = "", originId = ""] = key.split(" ");
      return (channelId === "" && originId === "") || isThere(channelId, originId);
    });
    return open.length === each.open.length ? each : { ...each, open };
  });
}

/** An operator says that somebody is at it: escalation stops. */
export function applyAcknowledgement(book: IncidentBook, id: string, by: string): IncidentBook {
  return book.map((each) => (each.id === id ? { ...each, acknowledgedBy: by } : each));
}

function isTouched(incident: Incident, record: AuditRecord): boolean {
  const { originId, channelId } = record;
  return (
    // What names neither origin nor channel, like shedding, is known by itself.
    incident.open.includes(toOpenKey(record)) ||
    (originId !== null && incident.origins.includes(originId)) ||
    (channelId !== null && incident.channels.includes(channelId))
  );
}

function toOpened(record: AuditRecord, count: number): Incident {
  const day = new Date(record.atMs).toISOString().slice(0, 10);
  const { faultAfterMs } = toFault(record);
  return {
    id: `${day}-${count + 1}-${record.seq}`,
    openedAtMs: record.atMs,
    closedAtMs: null,
    level: "info",
    origins: [],
    channels: [],
    regions: [],
    sessionsMax: null,
    open: [],
    lastAdverseAtMs: record.atMs,
    faultAfterMs,
    detectedAtMs: record.atMs,
    decidedAtMs: null,
    firstGoodAtMs: null,
    entries: [],
    entriesDropped: 0,
    acknowledgedBy: null,
    notices: [],
  };
}

function toFault({ inputs }: AuditRecord): { readonly faultAfterMs: number | null } {
  const faultAfterMs = inputs["lastGoodAtMs"];
  return { faultAfterMs: typeof faultAfterMs === "number" ? faultAfterMs : null };
}

function toAdded(incident: Incident, record: AuditRecord): Incident {
  const bearing = toBearing(record);
  const sessions = record.inputs["sessions"];
  const isFull = incident.entries.length >= ENTRIES_MAX;
  const isDecision = record.kind === "switch" || record.kind === "order";
  return {
    ...incident,
    level: toWorse(incident.level, toLevel(record)),
    origins: toSet(incident.origins, record.originId),
    channels: toSet(incident.channels, record.channelId),
    regions: toSet(incident.regions, record.region),
    sessionsMax:
      typeof sessions === "number"
        ? Math.max(incident.sessionsMax ?? 0, sessions)
        : incident.sessionsMax,
    open: toOpen(incident.open, record),
    lastAdverseAtMs: bearing === "adverse" ? record.atMs : incident.lastAdverseAtMs,
    decidedAtMs: incident.decidedAtMs ?? (isDecision ? record.atMs : null),
    firstGoodAtMs: incident.firstGoodAtMs ?? (record.kind === "first-good" ? record.atMs : null),
    entries: isFull ? incident.entries : [...incident.entries, record],
    entriesDropped: incident.entriesDropped + (isFull ? 1 : 0),
  };
}

/** Two that share something are one; `first` is the older. */
function toJoined(first: Incident, other: Incident): Incident {
  const entries = [...first.entries, ...other.entries].sort((a, b) => a.seq - b.seq);
  const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  return {
    ...first,
    level: toWorse(first.level, other.level),
    origins: union(first.origins, other.origins),
    channels: union(first.channels, other.channels),
    regions: union(first.regions, other.regions),
    sessionsMax:
      first.sessionsMax === null && other.sessionsMax === null
        ? null
        : Math.max(first.sessionsMax ?? 0, other.sessionsMax ?? 0),
    open: union(first.open, other.open),
    lastAdverseAtMs: Math.max(first.lastAdverseAtMs, other.lastAdverseAtMs),
    decidedAtMs: first.decidedAtMs ?? other.decidedAtMs,
    firstGoodAtMs: first.firstGoodAtMs ?? other.firstGoodAtMs,
    entries: entries.slice(0, ENTRIES_MAX),
    entriesDropped:
      first.entriesDropped + other.entriesDropped + Math.max(0, entries.length - ENTRIES_MAX),
    acknowledgedBy: first.acknowledgedBy ?? other.acknowledgedBy,
    notices: [...first.notices, ...other.notices],
  };
}

/** What is wrong, and what is not any more. Things that only happen once stay open for nothing. */
function toOpen(open: readonly string[], record: AuditRecord): readonly string[] {
  const lasts: readonly AuditRecord["kind"][] = [
    "verdict",
    "region-verdict",
    "all-red",
    "shed",
    "viewers",
    "hit-ratio",
  ];
  if (!lasts.includes(record.kind)) return open;
  const key = toOpenKey(record);
  const others = open.filter((each) => each !== key);
  return toBearing(record) === "adverse" ? [...others, key] : others;
}

function toOpenKey({ kind, channelId, originId, region }: AuditRecord): string {
  return [kind, channelId ?? "", originId ?? "", region ?? ""].join(" ");
}

function toLevel(record: AuditRecord): AlertLevel {
  if (toBearing(record) !== "adverse") return "info";
  switch (record.kind) {
    case "all-red":
    case "shed":
      return "critical";
    case "verdict":
    case "switch":
    case "viewers":
    case "hit-ratio":
      return "warning";
    default:
      return "info";
  }
}

function toWorse(a: AlertLevel, b: AlertLevel): AlertLevel {
  return ALERT_LEVELS.indexOf(a) >= ALERT_LEVELS.indexOf(b) ? a : b;
}

function toSet(list: readonly string[], added: string | null): readonly string[] {
  return added === null || list.includes(added) ? list : [...list, added];
}
