// A cold crowd: hundreds of viewers ask for one segment that nobody has, within a few milliseconds.
// The origin is 40 ms away and needs two seconds for the body, so that a fill is under way
// while they come. How often was the origin asked, whose bytes were damaged, and how much later
// than the leader did a follower have his first byte? Counted from his own request where that came
// after the leader's first byte. Beside nginx and Varnish, tuned, each one cache for all; the limit
// is what bare workers in one runtime take for the same crowd.

import { readSteadyMs } from "../kit/live/clock.ts";
import { toQuantile } from "../kit/players/figures.ts";
import type { BodyResult } from "../kit/segments/body-wire.ts";
import { startCrowdWorkers } from "./crowd-worker.ts";
import { startPeers, TUNED_PEERS } from "./live-peers.ts";
import { NO_DISTANCE } from "./live-stack.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { toRow } from "./segments-rows.ts";
import { startSegmentStack, toStation } from "./segments-stack.ts";

export const CROWD_BYTES = 2_000_000;
const SPREAD_MS = 50;
const ROUNDS = 3;
/** About 2.5 s for the body: 300 viewers then take 240 MB/s, which a quiet machine can read. */
const PIECE_MS = 80;
const BEHIND_GOAL_MS = 20;

interface CrowdFigures {
  readonly originGets: number;
  readonly behindMs: number;
  readonly spoiled: number;
}

export async function measureCrowd(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  const { caches, hotTier } = rig.options;
  const station = toStation("crowd", {}, { pieceMs: PIECE_MS });
  const url = await rig.origins.listen(station);
  const channels = [{ id: "cold", policy: "" }, ...(hotTier ? [{ id: "hot", policy: HOT }] : [])];
  const stack = await startSegmentStack(
    channels.map((one) => ({ ...one, mode: "vod", origins: [{ id: "crowd", url }] })),
    caches,
    NO_DISTANCE,
  );
  const peers = await startPeers(url, TUNED_PEERS);
  try {
    const figuresOf = (reader: string, urls: readonly string[]) => play(rig, reader, urls);
    const peerFigures: { name: string; figures: CrowdFigures }[] = [];
    for (const peer of peers) {
      const figures = await figuresOf(peer.name.split(" ")[0]?.toLowerCase() ?? "", [peer.url]);
      peerFigures.push({ name: peer.name, figures });
    }
    const limit = await measureLimit(rig, station.latencyMs);
    const rows: BenchRow[] = [];
    for (const { id } of channels) {
      const ours = await figuresOf(id, stack.edgeUrls);
      const place = `${caches} caches${id === "hot" ? ", hot tier" : ""}`;
      const title = `crowd of ${rig.options.viewers}, ${place}`;
      const to = (measure: string, goal: number, unit: string, key: keyof CrowdFigures) =>
        toRow(
          `${title}: ${measure}`,
          ours[key],
          goal,
          unit,
          peerFigures.map(({ name, figures }) => ({ name, value: figures[key] })),
        );
      rows.push(
        to("origin", id === "hot" ? 1 : caches, "GETs", "originGets"),
        { ...to("behind the leader, p99", BEHIND_GOAL_MS, "ms", "behindMs"), limit },
        to("damaged or failed", 0, "bodies", "spoiled"),
      );
    }
    return rows;
  } finally {
    await Promise.all([stack.stop(), ...peers.map((peer) => peer.stop())]);
  }
}

async function measureLimit(rig: SegmentsRig, holdMs: number): Promise<number> {
  const pace = { lengthBytes: CROWD_BYTES, holdMs, pieceMs: PIECE_MS };
  const bare = await startCrowdWorkers(rig.options.caches, pace);
  const figures = await play(rig, "bare", bare.urls).finally(() => bare.stop());
  return figures.behindMs;
}

/** TOML of a channel whose fills are one in the world. */
export const HOT = "hot_tier = true";

async function play(
  rig: SegmentsRig,
  reader: string,
  urls: readonly string[],
): Promise<CrowdFigures> {
  const rounds: CrowdFigures[] = [];
  // The first round warms code and connections and is not judged.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const path = `/${reader}/x/cold${round}-${CROWD_BYTES}b.ts`;
    const fromMs = readSteadyMs();
    const results = await rig.viewers.crowd({
      urls,
      path,
      lengthBytes: CROWD_BYTES,
      count: rig.options.viewers,
      spreadMs: SPREAD_MS,
    });
    const reads = await rig.origins.reads("crowd", fromMs, readSteadyMs());
    const figures = {
      originGets: reads.filter(({ path: asked, method }) => asked === path && method === "GET")
        .length,
      behindMs: toQuantile(toBehindMs(results, urls.length), 0.99),
      spoiled: results.filter(({ fault }) => fault !== null).length,
    };
    if (rig.options.detail) console.error(reader, round, figures, toFaults(results));
    if (round > 0) rounds.push(figures);
  }
  const worst = (key: keyof CrowdFigures) => Math.max(...rounds.map((figures) => figures[key]));
  return {
    originGets: worst("originGets"),
    behindMs: worst("behindMs"),
    spoiled: worst("spoiled"),
  };
}

/** Each cache has a leader of its own; viewers are dealt out over the caches in turn. */
function toBehindMs(results: readonly BodyResult[], caches: number): readonly number[] {
  return Array.from({ length: caches }, (_, cache) => {
    const own = results.filter((_result, at) => at % caches === cache);
    const leaderMs = Math.min(...own.map(({ firstByteMs }) => firstByteMs));
    return own.map(({ firstByteMs, sentMs }) => firstByteMs - Math.max(leaderMs, sentMs));
  }).flat();
}

function toFaults(results: readonly BodyResult[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { fault, status } of results) {
    const word = fault === "status" ? `status ${status}` : (fault ?? "intact");
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
