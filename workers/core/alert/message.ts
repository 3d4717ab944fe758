// What a contact is told of an incident, as a value, and how it is printed: as the body of a
// webhook (Standard Webhooks 1.0: type, timestamp, data), or as one text for a chat room, in the
// field that Slack, Mattermost, Rocket.Chat and Google Chat read. For the AlertDesk. It does NOT
// decide who is told and when: that is core/health/incidents/alerts.ts.
//
// A message holds ids of the catalog, levels, moments and counts. Names of viewers, addresses,
// tokens and details of origins' answers are not in it: it leaves the house.

import { type AlertPlan, CLOSE_STEP } from "../health/incidents/alerts.ts";
import type { Incident } from "../health/incidents/incident.ts";

export const ALERT_TYPES = ["incident.opened", "incident.escalated", "incident.closed"] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export interface AlertMessage {
  readonly type: AlertType;
  readonly atMs: number;
  readonly contactId: string;
  readonly step: number;
  /** One sentence for people. */
  readonly words: string;
  readonly incident: Incident;
  /** Where people read on; empty: nowhere. */
  readonly consoleUrl: string;
}

/** Makes the message of a plan. */
export function toAlertMessage(
  incident: Incident,
  { contactId, step, words }: AlertPlan,
  consoleUrl: string,
  nowMs: number,
): AlertMessage {
  const isFirst = !incident.notices.some((notice) => notice.contactId === contactId);
  const opened = isFirst && step === 0 ? "incident.opened" : "incident.escalated";
  const type = step === CLOSE_STEP ? "incident.closed" : opened;
  return { type, atMs: nowMs, contactId, step, words, incident, consoleUrl };
}

/** Names the message for good: sent twice, it is still one. */
export function toMessageId({ incident, contactId, step }: AlertMessage): string {
  return `msg_${incident.id}_${contactId}_${step}`;
}

/** Body of a webhook. Members are only ever added. */
export function printWebhookBody(message: AlertMessage): string {
  const { type, atMs, step, words, incident, consoleUrl } = message;
  return JSON.stringify({
    type,
    timestamp: printMoment(atMs),
    data: {
      id: incident.id,
      level: incident.level,
      step,
      message: words,
      openedAt: printMoment(incident.openedAtMs),
      closedAt: incident.closedAtMs === null ? null : printMoment(incident.closedAtMs),
      acknowledgedBy: incident.acknowledgedBy,
      origins: incident.origins,
      channels: incident.channels,
      regions: incident.regions,
      sessions: incident.sessionsMax,
      ...(consoleUrl === "" ? {} : { postMortem: toPostMortemUrl(consoleUrl, incident.id) }),
    },
  });
}

const SIGNS: Readonly<Record<AlertType, string>> = {
  "incident.opened": "🔴",
  "incident.escalated": "🟠",
  "incident.closed": "🟢",
};
const NAMES_MAX = 10;

/** Body of a chat room's incoming webhook: a few lines that a phone shows whole. */
export function printChatBody({ type, words, incident, consoleUrl }: AlertMessage): string {
  const { level, channels, origins, regions, sessionsMax, id } = incident;
  const lines = [
    `${SIGNS[type]} ${level.toUpperCase()}: ${words}`,
    toLine("Channels", channels),
    toLine("Origins", origins),
    toLine("Regions", regions),
    sessionsMax === null ? null : `Sessions: up to ${sessionsMax}`,
    consoleUrl === "" ? null : toPostMortemUrl(consoleUrl, id),
  ];
  return JSON.stringify({ text: lines.filter((line) => line !== null).join("\n") });
}

function toLine(name: string, words: readonly string[]): string | null {
  if (words.length === 0) return null;
  const more = words.length - NAMES_MAX;
  const shown = words.slice(0, NAMES_MAX).join(", ");
  return `${name}: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

function toPostMortemUrl(consoleUrl: string, id: string): string {
  return `${consoleUrl}/api/v1/incidents/${id}/post-mortem`;
}

function printMoment(atMs: number): string {
  return new Date(atMs).toISOString();
}
