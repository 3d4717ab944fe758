// Who is told of an incident, and when. For whoever sends the messages (webhooks, chat); this only
// plans, and the sender notes what was sent.
//
// A warning goes to those on call at once. What nobody has taken up after five minutes goes to the
// leads too, after fifteen to the managers, after sixty to everybody. Critical ones begin a step
// higher. Somebody who takes it up (acknowledges) stops the climb; a close tells all who were told.

import type { AlertLevel, Incident, Notice } from "./incident.ts";

export const CONTACT_ROLES = ["on-call", "lead", "manager", "director"] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

export interface Contact {
  readonly id: string;
  readonly role: ContactRole;
}

/** Minutes without an acknowledgement after which each step is due. */
export const ESCALATION_MINUTES = [0, 5, 15, 60] as const;
/** The step of the "it is over" message. */
export const CLOSE_STEP = ESCALATION_MINUTES.length;

const FIRST_ROLES: Readonly<Record<AlertLevel, number>> = { info: 0, warning: 1, critical: 2 };

export interface AlertPlan {
  readonly contactId: string;
  readonly step: number;
  readonly level: AlertLevel;
  readonly words: string;
}

/** Plans the messages that are due and were not sent, in the order of the contacts. */
export function planAlerts(
  incident: Incident,
  contacts: readonly Contact[],
  nowMs: number,
): readonly AlertPlan[] {
  const { level, notices, closedAtMs } = incident;
  const wasTold = (contactId: string, step: number) =>
    notices.some((notice) => notice.contactId === contactId && notice.step === step);
  const toPlan = ({ id }: Contact, step: number): AlertPlan => {
    return { contactId: id, step, level, words: toWords(incident, step) };
  };
  if (closedAtMs !== null) {
    return contacts
      .filter(({ id }) => notices.some((notice) => notice.contactId === id))
      .filter(({ id }) => !wasTold(id, CLOSE_STEP))
      .map((contact) => toPlan(contact, CLOSE_STEP));
  }
  const first = FIRST_ROLES[level];
  if (first === 0) return [];
  const step = toStep(incident, nowMs);
  const roles: readonly ContactRole[] = CONTACT_ROLES.slice(0, first + step);
  return contacts
    .filter(({ role, id }) => roles.includes(role) && !wasTold(id, step))
    .map((contact) => toPlan(contact, step));
}

/** Notes what was sent. */
export function applyNotices(
  incident: Incident,
  sent: readonly AlertPlan[],
  nowMs: number,
): Incident {
  const added: readonly Notice[] = sent.map(({ contactId, step }) => ({
    contactId,
    step,
    atMs: nowMs,
  }));
  return { ...incident, notices: [...incident.notices, ...added] };
}

/** The highest step that is due; an acknowledgement holds it where it was. */
function toStep({ openedAtMs, acknowledgedBy, notices }: Incident, nowMs: number): number {
  const reached = notices.reduce((most, { step }) => Math.max(most, step), 0);
  if (acknowledgedBy !== null) return reached;
  const minutes = (nowMs - openedAtMs) / 60_000;
  return Math.max(
    0,
    ESCALATION_MINUTES.findLastIndex((due) => minutes >= due),
  );
}

function toWords({ id, origins, channels }: Incident, step: number): string {
  const where = [...origins, ...channels.map((channel) => `/${channel}`)].join(", ");
  if (step === CLOSE_STEP) return `Incident ${id} is over: ${where}.`;
  const minutes = ESCALATION_MINUTES[step] ?? 0;
  const since = minutes === 0 ? "" : ` Nobody has taken it up for ${minutes} minutes.`;
  return `Incident ${id}: ${where}.${since}`;
}
