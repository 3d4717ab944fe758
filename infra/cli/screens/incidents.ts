// Incidents: the list, and one with every decision that belongs to it.

import type { Paint } from "./paint.ts";
import { type Column, printPairs, printTable } from "./table.ts";
import { printSpan, toAgeMs } from "./units.ts";

export interface IncidentLine {
  readonly id: string;
  readonly level: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly origins: readonly string[];
  readonly channels: readonly string[];
  readonly regions: readonly string[];
  readonly sessionsMax: number | null;
  readonly acknowledgedBy: string | null;
  readonly tookMs: {
    readonly detect: number | null;
    readonly decide: number | null;
    readonly answer: number | null;
  };
}

export interface DecisionLine {
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly channel: string | null;
  readonly origin: string | null;
  readonly region: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
}

export interface Incident extends IncidentLine {
  readonly notices: readonly {
    readonly contact: string;
    readonly step: number;
    readonly at: string;
  }[];
  readonly entries: readonly DecisionLine[];
  readonly entriesDropped: number;
}

/** The incidents, in the order given. */
export function printIncidents(
  incidents: readonly IncidentLine[],
  nowMs: number,
  paint: Paint,
): string {
  const columns: readonly Column<IncidentLine>[] = [
    { head: "INCIDENT", cell: ({ id }) => id },
    { head: "LEVEL", cell: ({ level }) => level },
    { head: "STATE", cell: (incident) => toState(incident) },
    { head: "LASTED", cell: (incident) => printSpan(toLengthMs(incident, nowMs)), align: "right" },
    { head: "DETECTED", cell: ({ tookMs }) => printSpan(tookMs.detect), align: "right" },
    { head: "DECIDED", cell: ({ tookMs }) => printSpan(tookMs.decide), align: "right" },
    { head: "ANSWERED", cell: ({ tookMs }) => printSpan(tookMs.answer), align: "right" },
    { head: "ORIGINS", cell: ({ origins }) => origins.join(",") || "-" },
    { head: "CHANNELS", cell: ({ channels }) => channels.join(",") || "-" },
  ];
  return printTable(columns, incidents, paint, "There were no incidents.");
}

function toState({ closedAt, acknowledgedBy }: IncidentLine) {
  if (closedAt !== null) return { text: "closed", tone: "dim" } as const;
  const words = acknowledgedBy === null ? "open" : `open, ${acknowledgedBy} is at it`;
  return { text: words, tone: "bad" } as const;
}

function toLengthMs({ openedAt, closedAt }: IncidentLine, nowMs: number): number | null {
  return toAgeMs(openedAt, closedAt === null ? nowMs : Date.parse(closedAt));
}

/** One incident, whole. */
export function printIncident(incident: Incident, nowMs: number, paint: Paint): string {
  const { entries, entriesDropped, notices } = incident;
  const columns: readonly Column<DecisionLine>[] = [
    { head: "AT", cell: ({ at }) => at.replace(/^.*T|Z$/g, "") },
    { head: "KIND", cell: ({ kind }) => kind },
    { head: "BY", cell: ({ actor }) => actor },
    { head: "PLACE", cell: (entry) => toPlace(entry) },
    { head: "CHANGE", cell: ({ from, to }) => (to === null ? null : `${from ?? "-"} → ${to}`) },
    { head: "WHY", cell: ({ reason }) => reason },
  ];
  const dropped = entriesDropped === 0 ? [] : [`${entriesDropped} more entries were not kept.`];
  const told = notices.map(({ contact, at }) => `${contact} at ${at}`).join(", ");
  const pairs = printPairs(
    [
      ["opened", incident.openedAt],
      ["closed", incident.closedAt ?? "it is open"],
      ["regions", incident.regions.join(", ") || "-"],
      ["sessions", incident.sessionsMax === null ? "-" : String(incident.sessionsMax)],
      ["told", told || "nobody"],
    ],
    paint,
  );
  const head = printIncidents([incident], nowMs, paint);
  return [head, pairs, printTable(columns, entries, paint), ...dropped].join("\n\n");
}

function toPlace({ channel, origin, region }: DecisionLine): string {
  return [channel, origin, region].filter((each) => each !== null).join(" ") || "-";
}
