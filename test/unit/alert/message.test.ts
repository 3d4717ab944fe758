// What contacts read: bodies of webhooks and lines for a chat room, to the letter.

import { describe, expect, test } from "vitest";
import {
  printChatBody,
  printWebhookBody,
  toAlertMessage,
  toMessageId,
} from "../../../workers/core/alert/message.ts";
import {
  type Contact,
  ESCALATION_MINUTES,
  planAlerts,
} from "../../../workers/core/health/incidents/alerts.ts";
import { AUDIT_EMPTY, applyAudit } from "../../../workers/core/health/incidents/audit.ts";
import { applyRecord, type Incident } from "../../../workers/core/health/incidents/incident.ts";

const T0 = Date.UTC(2026, 10, 20, 10);
const CONTROL = "https://control.example";
const ANN: Contact = { id: "ann", role: "on-call" };

/** An incident as the health machines open it. */
function open(): Incident {
  const { records } = applyAudit(
    AUDIT_EMPTY,
    {
      ...{ kind: "verdict", actor: "health", channelId: "demo", originId: "east", region: "enam" },
      ...{ from: "green", to: "red", reason: "failing", inputs: { sessions: 1200 } },
    },
    T0,
  );
  const record = records[0];
  const incident = record === undefined ? undefined : applyRecord([], record)[0];
  if (incident === undefined) throw new Error("an adverse verdict opens an incident");
  return incident;
}

function tell(incident: Incident, nowMs: number) {
  const plan = planAlerts(incident, [ANN], nowMs)[0];
  if (plan === undefined) throw new Error("nobody is due");
  return toAlertMessage(incident, plan, CONTROL, nowMs);
}

const notice = (step: number) => ({ contactId: "ann", step, atMs: T0 });

describe("a webhook", () => {
  test("of a new incident", () => {
    const incident = open();
    const message = tell(incident, T0 + 1_000);
    expect(JSON.parse(printWebhookBody(message))).toEqual({
      type: "incident.opened",
      timestamp: "2026-11-20T10:00:01.000Z",
      data: {
        id: incident.id,
        level: "warning",
        step: 0,
        message: `Incident ${incident.id}: east, /demo.`,
        openedAt: "2026-11-20T10:00:00.000Z",
        closedAt: null,
        acknowledgedBy: null,
        origins: ["east"],
        channels: ["demo"],
        regions: ["enam"],
        sessions: 1200,
        postMortem: `${CONTROL}/api/v1/incidents/${incident.id}/post-mortem`,
      },
    });
    expect(toMessageId(message)).toBe(`msg_${incident.id}_ann_0`);
  });

  test.each([
    { name: "escalated", given: { notices: [notice(0)] }, minutes: 5, type: "incident.escalated" },
    { name: "first told late", given: {}, minutes: 15, type: "incident.escalated" },
    {
      name: "closed",
      given: { notices: [notice(0)], closedAtMs: T0 + 60_000 },
      minutes: 2,
      type: "incident.closed",
    },
  ])("$name", ({ given, minutes, type }) => {
    const message = tell({ ...open(), ...given }, T0 + minutes * 60_000);
    expect(JSON.parse(printWebhookBody(message))).toMatchObject({ type });
  });

  test("every step has an id of its own, and the same one each time", () => {
    const ids = ESCALATION_MINUTES.map((minutes) => {
      return toMessageId(tell(open(), T0 + minutes * 60_000));
    });
    expect(new Set(ids).size).toBe(ESCALATION_MINUTES.length);
    expect(toMessageId(tell(open(), T0 + 300_000))).toBe(ids[1]);
  });
});

describe("a chat room", () => {
  test("reads a few lines", () => {
    const incident = open();
    expect(JSON.parse(printChatBody(tell(incident, T0)))).toEqual({
      text: [
        `🔴 WARNING: Incident ${incident.id}: east, /demo.`,
        "Channels: demo",
        "Origins: east",
        "Regions: enam",
        "Sessions: up to 1200",
        `${CONTROL}/api/v1/incidents/${incident.id}/post-mortem`,
      ].join("\n"),
    });
  });

  test("of many channels the first ten, and how many more", () => {
    const channels = Array.from({ length: 14 }, (_, index) => `c${index}`);
    const { text } = JSON.parse(printChatBody(tell({ ...open(), channels }, T0))) as {
      text: string;
    };
    expect(text).toContain("Channels: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 4 more\n");
  });

  test("without an address of the console there is no link", () => {
    const message = { ...tell(open(), T0), consoleUrl: "" };
    expect(printChatBody(message)).not.toContain("http");
    expect(printWebhookBody(message)).not.toContain("postMortem");
  });
});
