// What the API shows of incidents: a line for the list, everything for one, and the beginning of a
// post-mortem in Markdown. The HealthCentre keeps the incidents, the AlertDesk knows who was told;
// here the two come together. Moments are ISO 8601 in UTC: people compare them with their logs.

import { CLOSE_STEP } from "../core/health/incidents/alerts.ts";
import type { AuditRecord } from "../core/health/incidents/audit.ts";
import type { Incident, Notice } from "../core/health/incidents/incident.ts";
import { printPostMortem } from "../core/health/incidents/post-mortem.ts";

/** One incident of a list. */
export function toIncidentLine(incident: Incident, nowMs: number) {
  const { id, level, openedAtMs, closedAtMs, acknowledgedBy, sessionsMax } = incident;
  return {
    id,
    level,
    openedAt: printMoment(openedAtMs),
    closedAt: toMoment(closedAtMs),
    lastedMs: (closedAtMs ?? nowMs) - openedAtMs,
    acknowledgedBy,
    origins: incident.origins,
    channels: incident.channels,
    regions: incident.regions,
    sessionsMax,
    took: {
      toDetectMs: toSpan(incident.faultAfterMs, incident.detectedAtMs),
      toDecideMs: toSpan(incident.detectedAtMs, incident.decidedAtMs),
      toFirstGoodMs: toSpan(incident.decidedAtMs, incident.firstGoodAtMs),
    },
  };
}

/** One incident with its timeline, the inputs of each decision, and who was told. */
export function toIncidentView(incident: Incident, told: readonly Notice[], nowMs: number) {
  return {
    ...toIncidentLine(incident, nowMs),
    stillOpen: incident.open,
    timeline: incident.entries.map((entry) => toEntry(entry, incident.openedAtMs)),
    timelineDropped: incident.entriesDropped,
    notices: told.map(({ contactId, step, atMs }) => ({
      contact: contactId,
      step: step === CLOSE_STEP ? "closed" : step,
      at: printMoment(atMs),
    })),
  };
}

/** The post-mortem's beginning, in Markdown. */
export function printIncidentReport(
  incident: Incident,
  told: readonly Notice[],
  nowMs: number,
): string {
  return printPostMortem({ ...incident, notices: told }, nowMs);
}

function toEntry(record: AuditRecord, openedAtMs: number) {
  const { seq, atMs, kind, actor, channelId, originId, region, from, to, reason, inputs } = record;
  return {
    ...{ seq, at: printMoment(atMs), afterMs: atMs - openedAtMs, kind, actor },
    ...{ channel: channelId, origin: originId, region, from, to, reason, inputs },
  };
}

function toSpan(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.max(0, toMs - fromMs);
}

function toMoment(atMs: number | null): string | null {
  return atMs === null ? null : printMoment(atMs);
}

function printMoment(atMs: number): string {
  return new Date(atMs).toISOString();
}
