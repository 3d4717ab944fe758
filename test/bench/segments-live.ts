// A live event: players of three renditions take every segment as soon as their playlist announces
// it. Was it already there, or on its way? A read of the origin is caused by a viewer unless the
// cache marks it as its own (X-Prefetch); a mark on a read that a viewer had to wait for does not
// help, since the wait shows in his first byte. Judged are the segments that were published after
// every rendition had been watched for a while.

import { readSteadyMs } from "../kit/live/clock.ts";
import { makeSchedule } from "../kit/live/schedule.ts";
import { parseName } from "../kit/live/station.ts";
import { toQuantile } from "../kit/players/figures.ts";
import { toSegmentName } from "../kit/segments/segment-bytes.ts";
import type { SegmentRead } from "../kit/segments/segment-station.ts";
import type { LiveView } from "../kit/segments/viewers.ts";
import { startPeers, TUNED_PEERS } from "./live-peers.ts";
import { REAL_DISTANCE } from "./live-stack.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { HOT } from "./segments-crowd.ts";
import { type PeerFigure, toRow } from "./segments-rows.ts";
import { SEGMENT_MS, startSegmentStack, toStation } from "./segments-stack.ts";

const RENDITION_BYTES = { v0: 50_000, v1: 100_000, v2: 150_000 } as const;
/** Until every rendition is watched everywhere, and for the segments announced meanwhile. */
const WARM_MS = 8_000;
const PEER_MS_MAX = 20_000;
/** A segment counts as just announced for one segment's time after its publication. */
const JUST_MS = 2 * SEGMENT_MS;
const FIRST_BYTE_GOAL_MS = 50;

interface LiveFigures {
  readonly viewerReads: number;
  readonly readsPerSegment: number;
  readonly firstByteMs: number;
  readonly absent: number;
  readonly spoiled: number;
}

export async function measureLive(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  const station = toStation("event", RENDITION_BYTES);
  const url = await rig.origins.listen(station);
  const { edges, hotTier, viewers, liveMs } = rig.options;
  const policy = hotTier ? HOT : "";
  const stack = await startSegmentStack(
    [{ id: "event", mode: "live", origins: [{ id: "event", url }], policy }],
    edges,
    REAL_DISTANCE,
  );
  const peers = await startPeers(url, TUNED_PEERS);
  try {
    const play = async (channel: string, urls: readonly string[], lastsMs: number) => {
      const { schedule } = station.live;
      const fromMs = readSteadyMs();
      const renditionBytes = RENDITION_BYTES;
      const views = await rig.viewers.live({
        ...{ urls, channel, renditionBytes, schedule, lastsMs },
        count: viewers,
      });
      rig.noteSpan(fromMs + WARM_MS, fromMs + lastsMs);
      const all = await rig.origins.reads("event", fromMs, readSteadyMs());
      const reads = all.filter(({ path }) => path.startsWith(`/${channel}/`));
      const firstIndex = makeSchedule(schedule).newest(fromMs + WARM_MS) + 1;
      return toFigures(rig, channel, views, reads, firstIndex);
    };
    const ours = await play("event", stack.edgeUrls, liveMs);
    const others: { name: string; figures: LiveFigures }[] = [];
    for (const { name, url: peerUrl } of peers) {
      const reader = name.split(" ")[0]?.toLowerCase() ?? "";
      const figures = await play(reader, [peerUrl], Math.min(liveMs, PEER_MS_MAX));
      others.push({ name, figures });
    }
    const title = `live, ${edges} edges${hotTier ? ", hot tier" : ""}`;
    const to = (measure: string, goal: number, unit: string, key: keyof LiveFigures) => {
      const beside: PeerFigure[] = others.map(({ name, figures }) => ({
        name,
        value: figures[key],
      }));
      return toRow(`${title}: ${measure}`, ours[key], goal, unit, beside);
    };
    return [
      to("caused by viewers", 0, "origin reads", "viewerReads"),
      to("origin, most for one segment", hotTier ? 1 : edges, "GETs", "readsPerSegment"),
      to(
        "first byte, just announced, p99",
        station.latencyMs + FIRST_BYTE_GOAL_MS,
        "ms",
        "firstByteMs",
      ),
      to("asked for what is not there", 0, "origin reads", "absent"),
      to("damaged or failed", 0, "bodies", "spoiled"),
    ];
  } finally {
    await Promise.all([stack.stop(), ...peers.map((peer) => peer.stop())]);
  }
}

function toFigures(
  rig: SegmentsRig,
  channel: string,
  views: readonly LiveView[],
  reads: readonly SegmentRead[],
  firstIndex: number,
): LiveFigures {
  const judged = views.filter(({ index }) => index >= firstIndex);
  const counts = new Map<string, number>();
  let viewerReads = 0;
  for (const { path, status, method, isPrefetch } of reads) {
    const name = toSegmentName(path);
    if (status !== 200 || method !== "GET" || (parseName(name)?.index ?? 0) < firstIndex) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (!isPrefetch) viewerReads += 1;
  }
  const just = judged.filter(({ sinceMs, status }) => sinceMs < JUST_MS && status !== 0);
  const figures = {
    viewerReads,
    readsPerSegment: Math.max(0, ...counts.values()),
    firstByteMs: toQuantile(
      just.map(({ firstByteMs, sentMs }) => firstByteMs - sentMs),
      0.99,
    ),
    absent: reads.filter(({ status }) => status === 404).length,
    spoiled: judged.filter(({ fault }) => fault !== null).length,
  };
  if (rig.options.detail) console.error(channel, judged.length, "views", reads.length, figures);
  return figures;
}
