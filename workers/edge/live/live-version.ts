// A pushed version in the form in which it is sent: both codings, prebuilt headers, and a lifetime.
// The lifetime counts from now, because an open call is the origin's word that nothing is newer;
// the stale windows count from the last confirmation, because errors are the origin's too.

import type { HeldPlaylist, HeldVersion } from "../../core/cache/live-shelf.ts";
import type { Channel } from "../../core/config/catalog.ts";
import { toKeyHash } from "../../core/ttl/jitter.ts";
import { toFirstPublication } from "../../core/ttl/publication.ts";
import { decideTtl } from "../../core/ttl/ttl.ts";
import {
  type PlaylistMediaFacts,
  type PlaylistMeta,
  type PlaylistVersion,
  toConfirmedVersion,
  toPlaylistVersion,
} from "../playlist-version.ts";
import { toSteered } from "../steered-playlist.ts";

/** A new version; `former` is the one that was shown before. */
export function toLivePlaylistVersion(
  channel: Channel,
  held: HeldPlaylist,
  version: HeldVersion,
  former: PlaylistVersion | null,
  nowMs: number,
): PlaylistVersion {
  const media = toMediaFacts(version, former, nowMs);
  const { meta, ttlReason } = toMeta(channel, held, media, version.originId, nowMs);
  const text = media === null ? toSteered(version.text, channel, held.playlist) : version.text;
  return toPlaylistVersion(text, meta, {
    timeline: 0,
    said: null,
    media,
    ttlReason,
  });
}

/** The same version, confirmed again. */
export function toRenewedVersion(
  channel: Channel,
  held: HeldPlaylist,
  version: PlaylistVersion,
  nowMs: number,
): PlaylistVersion {
  const { media } = version;
  const { meta, ttlReason } = toMeta(channel, held, media, version.meta.originId, nowMs);
  return toConfirmedVersion(version, meta, media, ttlReason);
}

function toMediaFacts(
  { facts }: HeldVersion,
  former: PlaylistVersion | null,
  nowMs: number,
): PlaylistMediaFacts | null {
  if (facts === null) return null;
  const before = former?.media ?? null;
  const endsNow = facts.ended && before !== null && !before.ended;
  return {
    ...facts,
    timeline: 0,
    endedSinceMs: endsNow ? nowMs : (before?.endedSinceMs ?? null),
    publication: toFirstPublication(nowMs),
  };
}

function toMeta(
  channel: Channel,
  held: HeldPlaylist,
  media: PlaylistMediaFacts | null,
  originId: string | null,
  nowMs: number,
): { readonly meta: PlaylistMeta; readonly ttlReason: string } {
  const ttl = decideTtl({
    subject:
      media === null
        ? { kind: "multivariant", live: true }
        : { kind: "media-playlist", facts: media, blocking: false },
    outcome: "success",
    origin: null,
    cadence: { expectedNextAtMs: held.expectedAtMs },
    originLatencyMs: null,
    policy: channel.policy.ttl,
    keyHash: toKeyHash(`/${channel.id}/${held.playlist}`),
    nowMs,
  });
  // However fresh it looks from here, nothing is shown longer than its last confirmation allows.
  const { confirmedAtMs } = held;
  const staleFromMs = confirmedAtMs + ttl.freshMs + ttl.swrMs;
  const freshUntilMs = Math.min(nowMs + ttl.freshMs, staleFromMs);
  return {
    ttlReason: ttl.reason,
    meta: {
      lastModifiedMs: null,
      confirmedAtMs,
      freshUntilMs,
      swrMs: staleFromMs - freshUntilMs,
      sieMs: Math.max(0, confirmedAtMs + ttl.freshMs + ttl.sieMs - freshUntilMs),
      storable: ttl.storable,
      immutable: false,
      originId,
      ...toPromises(held),
      cmsdStatic: null,
      upstreamCacheStatus: null,
    },
  };
}

/** Why the playlist promises what it does, for whoever reads Server-Timing. */
function toPromises({ version }: HeldPlaylist): { readonly promises?: string } {
  const reload = version?.facts?.reload;
  if (reload === undefined) return {};
  return { promises: `block ${reload.blockingReason}, skip ${reload.skipReason}` };
}
