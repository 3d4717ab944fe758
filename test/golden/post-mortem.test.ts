// The post-mortem of a whole story, told by the real health centre: an origin dies, its channels go
// to the other one, it comes back. UPDATE_GOLDEN=1 writes what came out; review it as a diff.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyCentreEvent, type CentreEvent } from "../../workers/core/health/centre/apply.ts";
import { type Centre, toCentre } from "../../workers/core/health/centre/centre.ts";
import { applyNotices, planAlerts } from "../../workers/core/health/incidents/alerts.ts";
import { applyAcknowledgement } from "../../workers/core/health/incidents/incident.ts";
import { printPostMortem } from "../../workers/core/health/incidents/post-mortem.ts";
import type { SightingOutcome } from "../../workers/core/health/sighting.ts";
import { toSituation } from "../unit/origin/situation.ts";

const T0 = Date.UTC(2026, 10, 20, 19, 59, 50);
const REGIONS = ["enam", "weur", "apac"];
const { catalog } = toSituation({ policy: { replicas: "identical" } }).index;

const good = (lastMsn: number, latencyMs: number): SightingOutcome => ({
  kind: "playlist",
  latencyMs,
  targetDurationMs: 2_000,
  ended: false,
  lastMsn,
  marks: [],
});
const dead = (count: number): SightingOutcome => ({
  kind: "failed",
  latencyMs: 4,
  failure: "refused",
  detail: "east refused the connection",
  count,
});

/** Looks every two seconds in every region; east is dead from second 11 to second 41. */
function tell(): { readonly centre: Centre; readonly nowMs: number } {
  let centre = toCentre(REGIONS);
  let [nowMs, seq] = [T0, 0];
  const take = (event: CentreEvent): void => {
    centre = applyCentreEvent(centre, event, nowMs).centre;
  };
  take({ kind: "catalog", version: 1, catalog });
  for (let second = 0; second <= 420; second += 1) {
    nowMs = T0 + second * 1_000;
    REGIONS.forEach((region, k) => {
      if (second % 2 !== k % 2) return;
      seq += 1;
      nowMs += 17;
      for (const originId of ["east", "west"]) {
        const isDead = originId === "east" && second >= 11 && second < 41;
        const outcome = isDead
          ? dead(1 + Math.floor((second - 11) / 2))
          : good(Math.floor(second / 2), originId === "east" ? 20 : 85);
        const hearing = {
          witnessId: `${region} ${originId}`,
          region,
          life: "1",
          seq,
          seenAtMs: nowMs,
        };
        const sighting = { channelId: "demo", originId, role: "playlists" as const, outcome };
        take({ kind: "sightings", hearing, sightings: [sighting] });
      }
    });
    take({ kind: "tick" });
  }
  return { centre, nowMs };
}

const contacts = [
  { id: "kim | on call", role: "on-call" },
  { id: "lee", role: "lead" },
] as const;

test("the post-mortem of an origin that died", () => {
  const { centre, nowMs } = tell();
  expect(centre.incidents).toHaveLength(1);
  const [incident] = centre.incidents;
  if (incident === undefined) throw new Error("There is an incident.");
  const early = { ...incident, closedAtMs: null };
  const toldMs = T0 + 15_000;
  const told = applyNotices(early, planAlerts(early, contacts, toldMs), toldMs);
  const [taken = told] = applyAcknowledgement([told], told.id, "kim");
  const text = printPostMortem({ ...taken, closedAtMs: incident.closedAtMs }, nowMs);
  const file = join(import.meta.dirname, "post-mortem", "origin-died.md");
  if (process.env["UPDATE_GOLDEN"] === "1" || !existsSync(file)) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
});

test("an open one, with what others wrote made harmless", () => {
  const { centre } = tell();
  const [incident] = centre.incidents;
  const [entry] = incident?.entries ?? [];
  if (incident === undefined || entry === undefined) throw new Error("There is an incident.");
  const reason = "a\n# b | [c](d) `e` *f* \\";
  const evil = { ...entry, originId: "<b>|x", reason, inputs: { a: "|\n|" } };
  const text = printPostMortem(
    { ...incident, closedAtMs: null, entries: [evil], entriesDropped: 3 },
    incident.openedAtMs + 4_000_000,
  );
  expect(text).toContain("still open after 66 min 40 s");
  expect(text).toContain("- and 3 more");
  expect(text).toContain("&lt;b>\\|x");
  expect(text).toContain("a # b \\| \\[c\\](d) \\`e\\` \\*f\\* \\\\");
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  for (const row of rows) {
    const bars = row.replaceAll("\\|", "").split("|").length - 1;
    expect([3, 4]).toContain(bars);
  }
});
