// Screens that are read rather than watched: plan, receipt, changes of a catalog, an explanation,
// health, incidents, a token, costs. One telling value each; widths are table.test.ts' matter.

import { describe, expect, test } from "vitest";
import { printChanges, printVersions } from "../../../infra/cli/screens/catalog-changes.ts";
import { printCost } from "../../../infra/cli/screens/cost.ts";
import { type ExplainAnswer, printExplanation } from "../../../infra/cli/screens/explanation.ts";
import { printOrders, printOrigins, printRoutes } from "../../../infra/cli/screens/health.ts";
import { printHosts } from "../../../infra/cli/screens/hosts.ts";
import { printHot } from "../../../infra/cli/screens/hot.ts";
import { printIncident, printIncidents } from "../../../infra/cli/screens/incidents.ts";
import { printPlain } from "../../../infra/cli/screens/paint.ts";
import { printPlan } from "../../../infra/cli/screens/plan.ts";
import { printReceipt } from "../../../infra/cli/screens/receipt.ts";
import { printToken } from "../../../infra/cli/screens/token.ts";
import { toCostReport } from "../../../infra/cost/cost-report.ts";
import { PRICE_LIST } from "../../../infra/cost/price-list.ts";
import { parseTrafficProfile } from "../../../infra/cost/traffic-profile.ts";
import type { EventPlan } from "../../../workers/core/contract/events.ts";
import type { Receipt } from "../../../workers/core/contract/receipts.ts";

const AT = "2026-11-20T20:00:00.000Z";
const NOW_MS = Date.parse(AT) + 90_000;

describe("a plan", () => {
  const plan: EventPlan = {
    files: 68,
    places: ["enam", "weur"],
    objects: 136,
    bytes: 2_820_000,
    filesOfUnknownLength: 2,
    origin: { bytes: 5_640_000, requests: 136 },
    runSecondsMin: 90,
    cost: { amount: 0.0213, currency: "USD", source: "list", date: "2026-11-01" },
    conflicts: ["the run ends after the event begins"],
    refusals: [{ reason: "over-bytes", detail: "5.64 MB are wanted, 1 MB is allowed." }],
    sample: [],
  };

  test("says numbers, then why it may not run", () => {
    expect(printPlan(plan, printPlain).split("\n")).toEqual([
      "files    68 files, 2.82 MB, and 2 of unknown length",
      "places   enam, weur: 136 objects in all",
      "origins  136 requests, 5.64 MB",
      "takes    1 min 30 s at least",
      "cost     0.0213 USD (list, 2026-11-01)",
      "refused (over-bytes): 5.64 MB are wanted, 1 MB is allowed.",
      "conflict: the run ends after the event begins",
    ]);
  });
});

describe("a receipt", () => {
  const entry = {
    path: "v360/1.m4s",
    place: "enam",
    claim: "data-centre",
    warm: true,
    failure: null,
    adapter: "cache-api",
    tier: "l1",
    dataCentre: "AMS",
    status: 200,
    etag: '"a"',
    lengthBytes: 80_000,
    md5: null,
    version: null,
    ageSeconds: 12,
    seenAtMs: NOW_MS,
    isCompared: true,
    tries: 1,
  } as const;
  const receipt: Receipt = {
    kind: "weir-receipt",
    format: 1,
    eventId: "e1",
    title: "Premiere",
    channel: "demo",
    issuedAtMs: NOW_MS,
    state: "failed",
    coverage: { warm: 1, of: 2, wanted: 0.99 },
    claims: [{ kind: "data-centre", place: "enam", dataCentres: ["AMS"], proven: 1, of: 2 }],
    passes: [{ kind: "run", startedAtMs: 0, endedAtMs: 515, warm: 1, of: 2, decays: 0 }],
    entries: [
      entry,
      { ...entry, path: "v360/2.m4s", warm: false, failure: "absent", status: 404, tier: null },
    ],
  };

  test("shows what is cold, and all of it on demand", () => {
    const short = printReceipt(receipt, { kind: "good", keyId: "2026-11" }, false, printPlain);
    expect(short).toContain("coverage   50 %, 1 of 2 objects; wanted 99 %");
    expect(short).toContain("signature  good, by key 2026-11");
    expect(short).toMatch(/\nenam +absent +- +404 .* v360\/2\.m4s$/);
    expect(short).not.toContain("v360/1.m4s");
    expect(printReceipt(receipt, { kind: "unsigned" }, true, printPlain)).toContain("v360/1.m4s");
  });

  test("says for every claim what it is worth", () => {
    const text = printReceipt(receipt, { kind: "bad", detail: "changed" }, false, printPlain);
    expect(text).toMatch(/data-centre +enam +1\/2 +AMS +.*says nothing of others/);
    expect(text).toContain("signature  BAD: changed");
  });
});

describe("a catalog's changes", () => {
  test("settings before and after, and whose files get new names", () => {
    const text = printChanges(
      {
        changes: [
          { table: "origins", id: "west", change: "removed", settings: [] },
          {
            table: "channels",
            id: "demo",
            change: "changed",
            settings: [{ setting: "policy.ttl", before: null, after: "fixed" }],
          },
        ],
        newTimelines: ["demo"],
      },
      printPlain,
    );
    expect(text.split("\n")).toEqual([
      "- origins west",
      "~ channels demo",
      '    policy.ttl: none → "fixed"',
      "",
      "Files of these channels get new names, and caches fill anew: demo",
    ]);
  });

  test("none, and the versions", () => {
    expect(printChanges({ changes: [], newTimelines: [] }, printPlain)).toBe(
      "Nothing would change.",
    );
    const version = { version: 7, appliedAt: AT, appliedBy: "email:ann@example.com" };
    expect(printVersions([version], NOW_MS, printPlain)).toMatch(/7 +\S+Z +1 min 30 s +email:ann/);
  });
});

describe("health", () => {
  const origin = {
    id: "east",
    kind: "http",
    region: "enam",
    verdict: "red",
    reasons: ["failing"],
    detail: "east refused the connection",
    latencyMs: null,
    checkedAgoMs: null,
    lastMsn: 12,
    playlistAgeMs: 4_000,
    channels: ["demo"],
  } as const;

  test("an origin with its reasons", () => {
    const [, line = ""] = printOrigins([origin], printPlain).split("\n");
    expect(line).toMatch(/^east +http +red +- +12 +never +demo +failing: east refused/);
  });

  test("a channel that nobody serves, and an order that never ends", () => {
    const route = {
      id: "demo",
      mode: "live",
      current: 2,
      order: [],
      reason: "no-choice",
      changedAt: AT,
    };
    expect(printRoutes([route], NOW_MS, printPlain)).toMatch(
      /\ndemo +live +2 +nobody +- +no-choice/,
    );
    const order = {
      ...{ id: "7", kind: "canary", channel: null, origin: "west", share: 0.07 },
      ...{ by: "dev", since: AT, until: null },
    };
    expect(printOrders([order], NOW_MS, printPlain)).toMatch(
      /\ncanary +west +all +7 % +dev +never/,
    );
  });
});

test("hosts, and by whom and for how long one is drained", () => {
  const host = {
    ...{ id: "b", url: "https://b.example", weight: 2, verdict: "red", changedAgoMs: 90_000 },
    ...{ detail: "503", drained: { by: "dev", forMs: 1_800_000 } },
  };
  const [, line = ""] = printHosts([host], printPlain).split("\n");
  expect(line).toMatch(/^b +https:\/\/b\.example +2 +red +1 min 30 s +by dev, for 30 min +503$/);
  expect(printHosts([], printPlain)).toBe("The catalog has no pathways ([[hosts]]).");
});

test("what is hot, what was ordered for it, and a library that misses", () => {
  const hot = {
    enabled: true,
    left: { files: 12, bytes: 3_000_000 },
    files: [{ channel: "demo-vod", path: "v360/1.m4s", score: 17.25 }],
    orders: [{ event: "e1", channel: "demo-vod", files: 9, bytes: null, orderedAt: AT }],
    channels: [
      {
        ...{ channel: "demo-vod", requests: 900, ratio: 0.38, step: "lengthen", factor: 2 },
        misses: { absent: 20, expired: 500 },
      },
    ],
  };
  const text = printHot(hot, NOW_MS, printPlain);
  expect(text).toContain("Left of this hour's budget: 12 files, 3.00 MB.");
  expect(text).toMatch(/\ndemo-vod\/v360\/1\.m4s +17\.3\n/);
  expect(text).toMatch(/\n1 min 30 s ago +demo-vod +9 +- +e1\n/);
  expect(text).toMatch(/\ndemo-vod +900 +38 % +expired 500, absent 20 +lengthen +× 2$/);
  const idle = { ...hot, enabled: false, left: null, files: [], orders: [], channels: [] };
  expect(printHot(idle, NOW_MS, printPlain)).toContain("the catalog has no [hot].");
});

test("an incident with its decisions", () => {
  const incident = {
    ...{ id: "2026-11-20-1-1", level: "warning", openedAt: AT, closedAt: null },
    ...{ origins: ["east"], channels: ["demo"], regions: ["enam"], sessionsMax: 300 },
    ...{ acknowledgedBy: "ann", tookMs: { detect: 1_100, decide: 308, answer: null } },
  };
  const [, line = ""] = printIncidents([incident], NOW_MS, printPlain).split("\n");
  expect(line).toMatch(/warning +open, ann is at it +1 min 30 s +1\.1 s +308 ms +- +east +demo/);
  const entry = {
    ...{ at: AT, kind: "verdict", actor: "weir", channel: "demo", origin: "east", region: null },
    ...{ from: "green", to: "red", reason: "failing" },
  };
  const whole = { ...incident, notices: [], entries: [entry], entriesDropped: 3 };
  const text = printIncident(whole, NOW_MS, printPlain);
  expect(text).toMatch(/\n20:00:00\.000 +verdict +weir +demo east +green → red +failing/);
  expect(text).toContain("3 more entries were not kept.");
});

test("an explanation stops where the way did, and a region that is silent says so", () => {
  const answer: ExplainAnswer = {
    path: "/nobody/a.m3u8",
    channel: null,
    verdicts: [],
    regions: [
      { region: "weur", explanation: null, detail: "The region did not answer in time." },
      {
        region: "enam",
        detail: null,
        explanation: {
          ...{ contract: 1, region: "enam", tookMs: 3, grant: null, choice: null, asset: null },
          ...{ key: null, tiers: [], origins: [], lifetime: null, ledger: null },
          policy: { version: 4, catalogVersion: 1, ageMs: 1_500 },
          route: { kind: "asset", channel: "nobody", path: "a.m3u8", timeline: 0, hasToken: true },
          reply: {
            status: 404,
            headers: { "cache-control": "no-store" },
            problem: { reason: "unknown-channel", detail: "There is none." },
          },
        },
      },
    ],
  };
  expect(printExplanation(answer, printPlain).split("\n")).toEqual([
    "/nobody/a.m3u8 in weur: The region did not answer in time.",
    "",
    "/nobody/a.m3u8 in enam, 3 ms",
    "policy  4 of catalog 1, 1.5 s old",
    "route   channel nobody, timeline 0, a.m3u8, with a token",
    "reply   404 unknown-channel: There is none.",
    "        cache-control: no-store",
    "",
    "Control knows no origins of this channel.",
  ]);
});

test("a token with what the edge says to it, and without the token", () => {
  const text = printToken(
    {
      ...{ kind: "report", format: "jwt", algorithm: "HS256", keyId: "k1" },
      ...{ signature: "bad-signature", secondsLeft: -60 },
      claims: {
        ...{ kind: "claims", issuer: "https://shop.example", audiences: null, sessionId: null },
        ...{ expiresAtSeconds: NOW_MS / 1_000 - 60, notBeforeSeconds: null, methods: null },
        ...{ networks: null, systems: [64_500], countries: ["DE"] },
        scope: [{ part: "path", test: { kind: "prefix", text: "/match/" } }],
      },
    },
    { kind: "refused", why: "out-of-scope", what: "" },
    printPlain,
  );
  expect(text.split("\n")).toEqual([
    "format     jwt, HS256 by key k1",
    "signature  of another key of this name, or the token was changed",
    "ends       2026-11-20T20:00:30Z, 1 min ago",
    "opens      path prefix /match/",
    "issuer     https://shop.example",
    "countries  DE",
    "systems    AS64500",
    "the edge   The token does not cover this URL. (out-of-scope)",
  ]);
});

test("costs with their sum, and a date for every price", () => {
  const reading = parseTrafficProfile({ hotTier: true });
  if (reading.kind !== "profile") throw new Error(reading.detail);
  const report = toCostReport(reading.profile, PRICE_LIST);
  const text = printCost(report, printPlain);
  expect(text).toContain(`\n${report.dollars.toFixed(2)} US$, `);
  expect(text).toMatch(/\nedge requests +1,202,000,000 +0\.3 \/ 1,000,000 +360\.60 /);
  for (const { price } of report.lines) {
    expect(text).toContain(`prices: ${price.source}, read on ${price.readOn}`);
  }
});
