// What the API shows of the health centre's state: origins with their verdicts, channels with
// their timelines and order. Ages instead of moments, so that no reader needs our clock.

import type { ChannelChoice } from "../core/contract/policy.ts";
import type { OriginHealth } from "../core/health/detector.ts";
import { REASON_RULES, type VERDICTS } from "../core/health/verdict.ts";
import type { HealthRow, HealthView, ShownHealth } from "./health-centre.ts";

/** Worst first; an origin shows its worst channel, and of equals the one seen last. */
const GRAVITY = [
  "red",
  "yellow",
  "unknown",
  "green",
] as const satisfies (typeof VERDICTS)[number][];

type OriginsView = ShownHealth & Pick<HealthView, "regions">;

export function toOriginList(view: OriginsView) {
  const origins = (view.catalog?.origins ?? []).map((origin) => {
    const rows = view.rows.filter((row) => row.originId === origin.id);
    const worst = [...rows].sort(
      (a, b) =>
        GRAVITY.indexOf(a.health.verdict) - GRAVITY.indexOf(b.health.verdict) ||
        (b.health.seenAtMs ?? 0) - (a.health.seenAtMs ?? 0),
    )[0];
    return {
      id: origin.id,
      kind: origin.kind,
      region: origin.region,
      verdict: worst?.health.verdict ?? "unknown",
      reasons: worst?.health.reasons ?? ["never-seen"],
      detail: worst?.health.lastFailure?.detail ?? null,
      latencyMs: worst?.health.latencyMs ?? null,
      checkedAgoMs: toAge(worst?.health.seenAtMs, view.nowMs),
      lastMsn: toNewest(rows.map((row) => row.health)),
      playlistAgeMs: toAge(worst?.health.advancedAtMs, view.nowMs),
      channels: [...new Set(rows.map((row) => row.channelId))],
      why: worst === undefined ? null : toWhy(view, worst),
    };
  });
  return { origins };
}

/** What the verdict that is shown rests on: its channel, and what each region sees there. */
function toWhy({ regions, nowMs }: OriginsView, { channelId, originId, role, health }: HealthRow) {
  const own = regions.filter(
    (row) => row.channelId === channelId && row.originId === originId && row.role === role,
  );
  return {
    channel: channelId,
    role,
    words: health.reasons.map((reason) => REASON_RULES[reason].words),
    regions: own
      .map((row) => ({
        region: row.region,
        verdict: row.health.verdict,
        reasons: row.health.reasons,
        detail: row.health.lastFailure?.detail ?? null,
        latencyMs: row.health.latencyMs,
        heardAgoMs: Math.max(0, nowMs - row.heardAtMs),
      }))
      .sort((a, b) => (a.region < b.region ? -1 : 1)),
  };
}

/**
 * Who counts the timelines: those listed here are the probes', which group the origins of every
 * channel, watched or not. The `@t{n}` in viewers' URLs of a live channel are its ledger's, and the
 * two need not agree.
 */
const NUMBERING = {
  live: { timelines: "probes", labels: "ledger" },
  vod: { timelines: "probes", labels: "probes" },
} as const;

export function toRouteList(view: ShownHealth) {
  const channels = (view.policy?.channels ?? []).map((choice) => {
    const order = choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
    const mode = view.catalog?.channels.find(({ id }) => id === choice.id)?.mode ?? null;
    return {
      id: choice.id,
      mode,
      numbering: NUMBERING[mode ?? "vod"],
      timelines: choice.timelines,
      current: choice.current,
      order,
      reason: choice.reason,
      changedAt: new Date(choice.changedAtMs).toISOString(),
      ...toCanaryViews(choice),
    };
  });
  return {
    policyVersion: view.policy?.version ?? null,
    catalogVersion: view.policy?.catalogVersion ?? null,
    channels,
  };
}

/** What share of the new sessions is elsewhere, and where those of former canaries are. */
function toCanaryViews({ canary, canaries = [] }: ChannelChoice) {
  const { originId, share, n } = canary ?? {};
  return {
    canary: canary === undefined ? null : { origin: originId, share, label: toLabel(n) },
    canaries: canaries.map((each) => ({ label: toLabel(each.n), origin: each.originId })),
  };
}

function toLabel(n: number | undefined): string | null {
  return n === undefined ? null : `@c${n}`;
}

function toAge(atMs: number | null | undefined, nowMs: number): number | null {
  return atMs === null || atMs === undefined ? null : Math.max(0, nowMs - atMs);
}

function toNewest(all: readonly OriginHealth[]): number | null {
  const seen = all.flatMap(({ lastMsn }) => (lastMsn === null ? [] : [lastMsn]));
  return seen.length === 0 ? null : Math.max(...seen);
}

/** The channels as they are configured. */
export function toChannelList({ catalog }: Pick<ShownHealth, "catalog">) {
  return (catalog?.channels ?? []).map(({ id, mode, playlist, origins, policy }) => {
    return {
      id,
      mode,
      playlist: `/${id}/${playlist}`,
      origins: origins.map((origin) => origin.id),
      policy,
    };
  });
}
