// From decisions to incidents, alerts and the audit: what belongs together, who hears of it, and
// what is kept.

import { describe, expect, test } from "vitest";
import {
  applyNotices,
  type Contact,
  ESCALATION_MINUTES,
  planAlerts,
} from "../../../../workers/core/health/incidents/alerts.ts";
import {
  AUDIT_EMPTY,
  AUDIT_KEPT_MS,
  AUDIT_RECORDS_MAX,
  type AuditEntry,
  type AuditLog,
  type AuditRecord,
  applyAudit,
} from "../../../../workers/core/health/incidents/audit.ts";
import {
  applyAcknowledgement,
  applyCalm,
  applyRecord,
  CALM_MS,
  type Incident,
  type IncidentBook,
} from "../../../../workers/core/health/incidents/incident.ts";

const T0 = Date.UTC(2026, 10, 20, 10);

function entry(given: Partial<AuditEntry>): AuditEntry {
  return {
    kind: "verdict",
    actor: "health",
    channelId: "demo",
    originId: "east",
    region: null,
    from: "green",
    to: "red",
    reason: "failing",
    inputs: {},
    ...given,
  };
}

/** Plays `[seconds, entry]` through audit and incidents. */
function play(
  steps: readonly (readonly [seconds: number, given: Partial<AuditEntry>])[],
): IncidentBook {
  let log: AuditLog = AUDIT_EMPTY;
  let book: IncidentBook = [];
  for (const [seconds, given] of steps) {
    const nowMs = T0 + seconds * 1_000;
    log = applyAudit(log, entry(given), nowMs);
    book = applyCalm(applyRecord(book, log.records.at(-1) as AuditRecord), nowMs);
  }
  return book;
}

const print = ({ origins, channels, level, closedAtMs, entries }: Incident) =>
  `${origins.join("+")} ${channels.join("+")} ${level} ${entries.length}${closedAtMs === null ? " open" : ""}`;

describe("incidents", () => {
  const red = { to: "red" } as const;
  const well = { from: "red", to: "green" } as const;
  const rows: readonly {
    name: string;
    steps: Parameters<typeof play>[0];
    want: readonly string[];
  }[] = [
    {
      name: "good news open none",
      steps: [
        [0, well],
        [1, { kind: "order" }],
      ],
      want: [],
    },
    { name: "a red verdict opens one", steps: [[0, red]], want: ["east demo warning 1 open"] },
    {
      name: "a switch of the same channel belongs to it",
      steps: [
        [0, red],
        [1, { kind: "switch", originId: "west" }],
      ],
      want: ["east+west demo warning 2 open"],
    },
    {
      name: "another channel of the same origin too",
      steps: [
        [0, red],
        [1, { ...red, channelId: "news" }],
      ],
      want: ["east demo+news warning 2 open"],
    },
    {
      name: "nothing in common: two",
      steps: [
        [0, red],
        [1, { ...red, channelId: "news", originId: "west" }],
      ],
      want: ["east demo warning 1 open", "west news warning 1 open"],
    },
    {
      name: "two that turn out to be one",
      steps: [
        [0, red],
        [1, { ...red, channelId: "news", originId: "west" }],
        [2, { kind: "switch", channelId: "news", originId: "east" }],
      ],
      want: ["east+west demo+news warning 3 open"],
    },
    {
      name: "all red is critical",
      steps: [
        [0, red],
        [1, { kind: "all-red", to: "all-red" }],
      ],
      want: ["east demo critical 2 open"],
    },
    {
      name: "what is red keeps it open",
      steps: [
        [0, red],
        [600, { kind: "order" }],
      ],
      want: ["east demo warning 2 open"],
    },
    {
      name: "what was right for five minutes is over",
      steps: [
        [0, red],
        [10, well],
        [400, { kind: "order", channelId: "x", originId: "y" }],
      ],
      want: ["east demo warning 2"],
    },
    {
      name: "what comes back sooner is the same story",
      steps: [
        [0, red],
        [10, well],
        [200, red],
      ],
      want: ["east demo warning 3 open"],
    },
    {
      name: "what comes back later is another",
      steps: [
        [0, red],
        [10, well],
        [400, { kind: "order" }],
        [500, red],
      ],
      want: ["east demo warning 3", "east demo warning 1 open"],
    },
    {
      name: "fewer viewers, and no origin is to blame",
      steps: [[0, { kind: "viewers", originId: null, to: "alarm" }]],
      want: [" demo warning 1 open"],
    },
    {
      name: "shedding is critical",
      steps: [
        [0, { kind: "shed", originId: null, to: "0.2" }],
        [9, { kind: "shed", originId: null, to: "none" }],
      ],
      want: [" demo critical 2 open"],
    },
  ];
  test.each(rows)("$name", ({ steps, want }) => {
    expect(play(steps).map(print)).toEqual(want);
  });

  test("times: fault, detection, decision, first good answer; sessions at most", () => {
    const [incident] = play([
      [0, { ...red, inputs: { lastGoodAtMs: T0 - 1_900, sessions: 12 } }],
      [0.1, { kind: "switch", inputs: { sessions: 40 } }],
      [0.4, { kind: "first-good", inputs: { sessions: 7 } }],
      [2, { kind: "switch" }],
    ]);
    expect(incident).toMatchObject({
      faultAfterMs: T0 - 1_900,
      detectedAtMs: T0,
      decidedAtMs: T0 + 100,
      firstGoodAtMs: T0 + 400,
      sessionsMax: 40,
    });
  });

  test("a flood is counted and not kept", () => {
    const steps = Array.from({ length: 600 }, (_, k) => [k, red] as const);
    const [incident] = play(steps);
    expect([incident?.entries.length, incident?.entriesDropped]).toEqual([500, 100]);
  });

  test("closed to the millisecond", () => {
    const book = play([
      [0, red],
      [10, well],
    ]);
    expect(applyCalm(book, T0 + CALM_MS - 1)[0]?.closedAtMs).toBeNull();
    expect(applyCalm(book, T0 + CALM_MS)[0]?.closedAtMs).toBe(T0 + 10_000 + CALM_MS);
  });
});

describe("alerts", () => {
  const contacts: readonly Contact[] = [
    { id: "kim", role: "on-call" },
    { id: "lee", role: "lead" },
    { id: "max", role: "manager" },
    { id: "dan", role: "director" },
  ];
  const warning = play([[0, { to: "red" }]])[0] as Incident;
  const critical = play([
    [0, { to: "red" }],
    [0, { kind: "all-red", to: "all-red" }],
  ])[0] as Incident;
  const names = (incident: Incident, minutes: number) =>
    planAlerts(incident, contacts, T0 + minutes * 60_000).map(({ contactId }) => contactId);

  test.each([
    { minutes: 0, level: "warning", want: ["kim"] },
    { minutes: 4.99, level: "warning", want: ["kim"] },
    { minutes: 5, level: "warning", want: ["kim", "lee"] },
    { minutes: 15, level: "warning", want: ["kim", "lee", "max"] },
    { minutes: 60, level: "warning", want: ["kim", "lee", "max", "dan"] },
    { minutes: 0, level: "critical", want: ["kim", "lee"] },
    { minutes: 5, level: "critical", want: ["kim", "lee", "max"] },
    { minutes: 15, level: "critical", want: ["kim", "lee", "max", "dan"] },
  ])("$level after $minutes minutes: $want", ({ minutes, level, want }) => {
    expect(names(level === "warning" ? warning : critical, minutes)).toEqual(want);
  });

  test("nobody is told the same twice, and everybody told hears of the end", () => {
    let incident = warning;
    const told: string[] = [];
    for (let minutes = 0; minutes <= 20; minutes += 1) {
      const nowMs = T0 + minutes * 60_000;
      const plans = planAlerts(incident, contacts, nowMs);
      incident = applyNotices(incident, plans, nowMs);
      told.push(...plans.map(({ contactId, step }) => `${contactId}${step}`));
    }
    expect(told).toEqual(["kim0", "kim1", "lee1", "kim2", "lee2", "max2"]);
    const closed = { ...incident, closedAtMs: T0 + 1_500_000 };
    expect(names(closed, 26)).toEqual(["kim", "lee", "max"]);
    const done = applyNotices(closed, planAlerts(closed, contacts, T0), T0);
    expect(names(done, 27)).toEqual([]);
  });

  test("who takes it up stops the climb", () => {
    const told = applyNotices(warning, planAlerts(warning, contacts, T0), T0);
    const [taken] = applyAcknowledgement([told], told.id, "kim");
    expect(names(taken as Incident, 90)).toEqual([]);
  });

  test("what is only a note alerts nobody", () => {
    const [incident] = play([[0, { kind: "region-verdict", region: "enam" }]]);
    expect(incident?.level).toBe("info");
    expect(names(incident as Incident, 90)).toEqual([]);
  });

  test("the steps are those of the design", () => {
    expect(ESCALATION_MINUTES).toEqual([0, 5, 15, 60]);
  });
});

describe("audit", () => {
  test("appends, in order, whatever the clock does", () => {
    let log = applyAudit(AUDIT_EMPTY, entry({}), T0);
    log = applyAudit(log, entry({}), T0 - 5_000);
    log = applyAudit(log, entry({}), T0 + 5_000);
    expect(log.records.map(({ seq, atMs }) => [seq, atMs - T0])).toEqual([
      [1, 0],
      [2, 0],
      [3, 5_000],
    ]);
  });

  test("thirty days to the millisecond", () => {
    const first = applyAudit(AUDIT_EMPTY, entry({}), T0);
    expect(applyAudit(first, entry({}), T0 + AUDIT_KEPT_MS).records).toHaveLength(2);
    expect(applyAudit(first, entry({}), T0 + AUDIT_KEPT_MS + 1).records).toHaveLength(1);
  });

  test.each([
    { name: "one under the limit", count: AUDIT_RECORDS_MAX - 1, want: AUDIT_RECORDS_MAX },
    { name: "at the limit", count: AUDIT_RECORDS_MAX, want: AUDIT_RECORDS_MAX },
  ])("and no more than the limit: $name", ({ count, want }) => {
    const records = Array.from({ length: count }, (_, k) => ({
      ...entry({}),
      seq: k + 1,
      atMs: T0,
    }));
    const log = applyAudit({ nextSeq: count + 1, records }, entry({}), T0);
    expect(log.records).toHaveLength(want);
    expect(log.records.at(-1)?.seq).toBe(count + 1);
  });
});
