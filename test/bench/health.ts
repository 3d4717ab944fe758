// The health bench: `node test/bench/health.ts [--json]` (npm run bench -- health). What a decision
// costs: fifty origins in nine regions, and the centre of a large installation. There is no peer
// that decides the same from the same; the goals are the design's.

import type { Catalog, Channel } from "../../workers/core/config/catalog.ts";
import { applyCentreEvent } from "../../workers/core/health/centre/apply.ts";
import { type Centre, toCentre } from "../../workers/core/health/centre/centre.ts";
import { decideRegionOrders } from "../../workers/core/health/centre/region-orders.ts";
import { decideChoice } from "../../workers/core/health/choice.ts";
import { NOTHING_IN_FORCE } from "../../workers/core/health/operators/override.ts";
import { planAssignments } from "../../workers/core/health/spread/assignment.ts";
import type { Verdict } from "../../workers/core/health/verdict.ts";
import { TTL_POLICY_SPEC } from "../../workers/core/ttl/policy.ts";
import { type Contender, measure } from "./measure.ts";
import { type BenchRow, printRows } from "./rows.ts";

const REGIONS = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"];
const ORIGINS = 50;
const CHANNELS = 1_000;
const T0 = 1_800_000_000_000;

function toCatalog(origins: number, channels: number, perChannel: number): Catalog {
  const policy: Channel["policy"] = {
    ttl: TTL_POLICY_SPEC,
    auth: "open",
    replicas: "identical",
    beyondPrefix: false,
    unknownHosts: "keep",
    hotTier: false,
    query: [],
  };
  return {
    origins: Array.from({ length: origins }, (_, k) => ({
      kind: "http",
      id: `origin-${k}`,
      url: `https://origin-${k}.example/`,
      region: REGIONS[k % REGIONS.length] ?? null,
    })),
    channels: Array.from({ length: channels }, (_, k) => ({
      id: `channel-${k}`,
      mode: "live",
      playlist: "live.m3u8",
      origins: Array.from({ length: perChannel }, (_, at) => ({
        id: `origin-${(k + at) % origins}`,
        prefix: "",
        segments: null,
      })),
      policy,
    })),
    hosts: [],
    probe: { intervalMs: 2_000 },
  };
}

let seq = 0;
/** One look at one origin from one region, through the whole centre. */
function see(centre: Centre, channel: number, origin: number, region: string, msn: number): Centre {
  seq += 1;
  const [channelId, originId] = [`channel-${channel}`, `origin-${origin}`];
  const outcome = {
    kind: "playlist" as const,
    latencyMs: 20 + ((origin * 37) % 150),
    targetDurationMs: 2_000,
    ended: false,
    lastMsn: msn,
    marks: [],
  };
  const nowMs = T0 + seq;
  const witnessId = `${region} ${channelId} ${originId}`;
  const hearing = { witnessId, region, life: "1", seq, seenAtMs: nowMs };
  const sightings = [{ channelId, originId, role: "playlists" as const, outcome }];
  return applyCentreEvent(centre, { kind: "sightings", hearing, sightings }, nowMs).centre;
}

function toSeen(catalog: Catalog, channels: number, perChannel: number): Centre {
  let centre = applyCentreEvent(
    toCentre(REGIONS),
    { kind: "catalog", version: 1, catalog },
    T0,
  ).centre;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let at = 0; at < perChannel; at += 1) {
      const origin = (channel + at) % catalog.origins.length;
      for (const region of REGIONS) centre = see(centre, channel, origin, region, 1);
    }
  }
  return centre;
}

const wide = toSeen(toCatalog(ORIGINS, 1, ORIGINS), 1, ORIGINS);
const large = toSeen(toCatalog(ORIGINS, CHANNELS, 2), CHANNELS, 2);
const [choice] = wide.policy?.channels ?? [];
if (choice === undefined) throw new Error("There is a channel.");
const ids = choice.timelines[0]?.origins ?? [];
const verdicts = new Map<string, Verdict>(ids.map((id, k) => [id, k % 7 === 3 ? "red" : "green"]));
const timelines = [{ n: 0, origins: ids }];
const channels = Array.from({ length: CHANNELS }, (_, k) => ({ id: `channel-${k}`, load: 1 }));
const equals = Array.from({ length: 10 }, (_, k) => ({ id: `origin-${k}`, weight: 1 }));

/** A decision that looks different every time, so that nothing is remembered. */
let turn = 0;
const rows: readonly { readonly contender: Contender; readonly goalMs: number }[] = [
  {
    goalMs: 1,
    contender: {
      name: "a decision, 50 origins x 9 regions",
      run() {
        turn += 1;
        const id = `channel-${turn}`;
        const input = { id, preference: ids, timelines, verdicts };
        const decided = decideChoice(input, null, T0 + turn);
        const orders = decideRegionOrders(wide, { ...decided, id }, NOTHING_IN_FORCE, T0 + turn);
        return Object.keys(orders ?? {});
      },
    },
  },
  {
    goalMs: 5,
    contender: {
      name: "a look to a policy, 50 origins x 9 regions",
      run() {
        turn += 1;
        const region = REGIONS[turn % REGIONS.length] ?? "enam";
        return [see(wide, 0, turn % ORIGINS, region, turn)];
      },
    },
  },
  {
    goalMs: 5,
    contender: {
      name: "a look to a policy, 1,000 channels x 9 regions",
      run() {
        turn += 1;
        const channel = turn % CHANNELS;
        const region = REGIONS[turn % REGIONS.length] ?? "enam";
        return [see(large, channel, channel % ORIGINS, region, turn)];
      },
    },
  },
  {
    goalMs: 50,
    contender: {
      name: "1,000 channels over 10 equals",
      run: () => [...planAssignments(`region-${turn++}`, channels, equals)],
    },
  },
];

const found = rows.map(({ contender, goalMs }): BenchRow => {
  const ours = measure([contender]).get(contender.name) ?? Number.NaN;
  return {
    bench: "health",
    row: contender.name,
    ours,
    peer: null,
    peerName: null,
    limit: null,
    unit: "ms",
    ratio: ours,
    floor: goalMs,
    goal: goalMs,
    pass: ours <= goalMs,
  };
});
process.stdout.write(printRows(found, process.argv.includes("--json")));
