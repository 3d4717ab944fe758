// What the world makes of an origin: the regions' views (quorum.ts), laid over with what only the
// other origins show (peers.ts) and with what its nodes say of themselves (heartbeats.ts). Every
// change is written down with the regions' words. It does not choose: decide.ts does.

import type { Channel } from "../../config/catalog.ts";
import { toHeartbeatShare } from "../heartbeats.ts";
import { decidePeerReasons, type PeerView } from "../peers.ts";
import { decideQuorum, decideRegionVerdict, type QuorumRule, type RegionView } from "../quorum.ts";
import { toVerdict, type Verdict, type VerdictReason } from "../verdict.ts";
import type { Centre, Draft, ViewRow, WorldRow } from "./centre.ts";
import { note } from "./centre.ts";

/** A library is looked at so often at most; it does not freeze. */
export const VOD_PACE_MS = 10_000;
const VOICE_PACES = 3.25;

/** Judges every origin of a channel anew. */
export function applyJudgement(draft: Draft, channelId: string): void {
  const { centre, nowMs } = draft;
  const channel = centre.channels.get(channelId);
  if (channel === undefined) return;
  const rows = [...(centre.views.get(channelId)?.values() ?? [])].filter(
    ({ role }) => role === "playlists",
  );
  const byOrigin = new Map<string, readonly ViewRow[]>(
    channel.origins.map(({ id }) => [id, rows.filter(({ originId }) => originId === id)]),
  );
  const peers = channel.mode === "live" ? decidePeerReasons(toPeers(byOrigin)) : new Map();
  const before = centre.world.get(channelId);
  const expected = [...centre.heardRegions.values()].filter(
    (atMs) => nowMs - atMs <= centre.quorum.goneMs,
  ).length;
  const world = new Map<string, WorldRow>();
  const changed: { readonly old: WorldRow; readonly row: WorldRow }[] = [];
  const rule = toRule(centre, channel);
  for (const [originId, views] of byOrigin) {
    const old = before?.get(originId);
    const regional = views.map((view) => toRegionView(view, nowMs));
    const quorum = decideQuorum(regional, old?.verdict ?? "unknown", rule, expected);
    const added = [...(peers.get(originId) ?? []), ...toNodeReasons(centre, originId)];
    const verdict = toWorse(quorum.verdict, added);
    const isKept = old !== undefined && old.verdict === verdict;
    const row: WorldRow = {
      channelId,
      originId,
      verdict,
      reasons: [...new Set([...quorum.reasons, ...added])],
      changedAtMs: isKept ? old.changedAtMs : nowMs,
      redUntilMs: verdict === "red" ? nowMs : (old?.redUntilMs ?? null),
      regions: Object.fromEntries(
        centre.regions.map((region) => [
          region,
          decideRegionVerdict(region, regional, verdict, rule),
        ]),
      ),
    };
    world.set(originId, row);
    if (old !== undefined) changed.push({ old, row });
  }
  draft.centre = { ...centre, world: new Map(centre.world).set(channelId, world) };
  for (const { old, row } of changed) {
    noteRegions(draft, old, row, byOrigin.get(row.originId) ?? []);
    if (old.verdict === row.verdict) continue;
    noteChange(draft, old.verdict, row, byOrigin.get(row.originId) ?? []);
  }
}

/** A voice lasts for three looks of the pace at which the channel is looked at. */
function toRule({ quorum, catalog }: Centre, { mode }: Channel): QuorumRule {
  const intervalMs = catalog?.probe.intervalMs ?? 0;
  const paceMs = mode === "vod" ? Math.max(intervalMs, VOD_PACE_MS) : intervalMs;
  return { ...quorum, staleMs: Math.max(quorum.staleMs, VOICE_PACES * paceMs) };
}

function toRegionView({ region, health, heardAtMs }: ViewRow, nowMs: number): RegionView {
  const { verdict, reasons } = health;
  return { region, verdict, reasons, seenAgoMs: Math.max(0, nowMs - heardAtMs) };
}

/** One view per origin, the one that saw its media last. */
function toPeers(byOrigin: ReadonlyMap<string, readonly ViewRow[]>): readonly PeerView[] {
  return [...byOrigin].flatMap(([originId, views]) => {
    const newest = views.reduce<ViewRow | null>(
      (best, view) => (best === null || view.mediaSeenAtMs > best.mediaSeenAtMs ? view : best),
      null,
    );
    if (newest === null) return [];
    const { health, mediaEndMs, mediaSeenAtMs } = newest;
    const { verdict, ended, renditions, targetDurationMs } = health;
    return [
      {
        originId,
        isUsable: verdict === "green" || verdict === "yellow",
        ended,
        renditions,
        mediaEndMs,
        seenAtMs: mediaSeenAtMs,
        targetDurationMs: targetDurationMs ?? 0,
      },
    ];
  });
}

function toNodeReasons({ nodes }: Centre, originId: string): readonly VerdictReason[] {
  const share = toHeartbeatShare(nodes, originId);
  if (share === null || share === 1) return [];
  return share === 0 ? ["nodes-banned"] : ["sick-nodes"];
}

function toWorse(verdict: Verdict, added: readonly VerdictReason[]): Verdict {
  if (added.length === 0 || verdict === "red") return verdict;
  const other = toVerdict(added);
  return other === "red" || verdict === "green" ? other : verdict;
}

/** A region that goes its own way: what it saw itself, and not what it took over from the world. */
function noteRegions(draft: Draft, old: WorldRow, row: WorldRow, views: readonly ViewRow[]): void {
  for (const { region, health, lastGoodAtMs } of views) {
    const [from, to] = [old.regions[region], row.regions[region]];
    if (from === undefined || to === undefined || to !== health.verdict) continue;
    if ((from === "red") === (to === "red")) continue;
    note(draft, {
      kind: "region-verdict",
      actor: "health",
      channelId: row.channelId,
      originId: row.originId,
      region,
      from,
      to,
      reason: health.reasons.join(", ") || "well",
      inputs: to === "red" ? { lastGoodAtMs } : {},
    });
  }
}

function noteChange(draft: Draft, from: Verdict, row: WorldRow, views: readonly ViewRow[]): void {
  const { channelId, originId, verdict, reasons } = row;
  const goods = views.flatMap(({ lastGoodAtMs }) => lastGoodAtMs ?? []);
  const inputs: Record<string, string | number | null> = {
    lastGoodAtMs: goods.length === 0 ? null : Math.max(...goods),
  };
  for (const { region, health, heardAtMs } of views) {
    const { latencyMs, failuresInRow, lastMsn } = health;
    const words = [`${health.verdict} (${health.reasons.join(" ") || "well"})`];
    if (latencyMs !== null) words.push(`${Math.round(latencyMs)} ms`);
    if (failuresInRow > 0) words.push(`${failuresInRow} failures`);
    if (lastMsn !== null) words.push(`segment ${lastMsn}`);
    words.push(`heard ${draft.nowMs - heardAtMs} ms ago`);
    inputs[region] = words.join(", ");
  }
  note(draft, {
    kind: "verdict",
    actor: "health",
    channelId,
    originId,
    region: null,
    from,
    to: verdict,
    reason: reasons.join(", ") || "well",
    inputs,
  });
}
