// A live channel under the policy of now, as its coordinator needs it: who its origins are, in
// which order control likes them, and where a playlist stands at each. Pure; from policy and
// catalog.

import type { Channel, Origin } from "../../core/config/catalog.ts";
import type { CatalogIndex } from "../../core/config/catalog-index.ts";
import type { LedgerPlace } from "../../core/continuity/event.ts";
import type { LedgerSettings } from "../../core/continuity/settings.ts";
import type { ProofTarget, SourceOrder, SourceTarget } from "../../core/contract/live.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import { toEncodedPath, toPlaceUrl } from "../../core/origin/place.ts";
import { parseAssetPath } from "../../core/route/asset-path.ts";
import { LOCATION_HINTS, type LocationHint } from "../../platform/objects.ts";
import type { KnownPolicy } from "../../platform/policy-source.ts";
import { findChannel } from "../known-channel.ts";
import type { ProofWishSide } from "./channel-ledger.ts";

export interface LiveSituation {
  readonly channel: Channel;
  readonly index: CatalogIndex;
  /** Every origin of the channel, best first by control's order. */
  readonly wish: readonly string[];
  /** Origins that must not go on feeding it: operators' orders, and a canary that is over. */
  readonly left: readonly string[];
  readonly settings: LedgerSettings;
  /** Path of the channel's entry playlist, as in viewer URLs. */
  readonly entry: string;
  /** Changes with anything that sources or the ledger must be told. */
  readonly identity: string;
  /** Sources stand near the first origin, if the catalog says where that is. */
  readonly sourceHint: { readonly locationHint?: LocationHint };
}

/** The situation of a live channel; null if the policy knows no such channel. */
export function toLiveSituation(id: string, known: KnownPolicy): LiveSituation | null {
  const { index } = known;
  const found = findChannel(id, known);
  if (found === null || found.channel.mode !== "live") return null;
  const { channel, choice, left } = found;
  const members = channel.origins.map((origin) => origin.id);
  const current = choice.timelines.find(({ n }) => n === choice.current)?.origins ?? [];
  const others = choice.timelines.flatMap(({ origins }) => origins);
  const wish = [...new Set([...current, ...others, ...members])].filter((each) =>
    members.includes(each),
  );
  const origins = members.flatMap((each) => index.origins.get(each) ?? []);
  const region = LOCATION_HINTS.find((hint) => hint === toOriginRegion(origins[0]));
  return {
    channel,
    index,
    wish,
    left,
    settings: {
      channel: id,
      origins: members,
      replicas: channel.policy.replicas,
      assembleParts: true,
    },
    entry: toEncodedPath(channel.playlist),
    identity: JSON.stringify([channel, origins, index.catalog.hosts, wish, left]),
    sourceHint: region === undefined ? {} : { locationHint: region },
  };
}

/** The signing region of a storage is no place of ours. */
function toOriginRegion(origin: Origin | undefined): string | null {
  return origin?.kind === "http" ? origin.region : null;
}

export interface OrderNeeds {
  readonly playlist: string;
  readonly generation: number;
  readonly life: string;
  /** The origin that feeds the channel; null before it started. */
  readonly current: string | null;
  /** The playlist's path at an origin; null: it has none. */
  readonly pathAt: (originId: string) => string | null;
  readonly watchMs: number;
}

/** Plans what a source is told. */
export function planSourceOrder(situation: LiveSituation, needs: OrderNeeds): SourceOrder {
  const { channel, wish } = situation;
  const targets = wish.flatMap((id) => {
    const path = needs.pathAt(id);
    return path === null ? [] : (toTarget(situation, id, path) ?? []);
  });
  const follow = targets.find(({ origin }) => origin.id === needs.current) ?? targets[0];
  return {
    contract: CONTRACT_VERSION,
    channel: channel.id,
    playlist: needs.playlist,
    generation: needs.generation,
    life: needs.life,
    follow: follow?.origin.id ?? "",
    targets,
    watchMs: needs.watchMs,
  };
}

/** A playlist as one origin has it; null: it has none of that path. */
export function toTarget(situation: LiveSituation, id: string, path: string): SourceTarget | null {
  const origin = situation.index.origins.get(id);
  const placeUrl = toPlace(situation, id);
  const asset = parseAssetPath(path);
  if (origin === undefined || placeUrl === null || asset.kind !== "asset-path") return null;
  return { origin, path, url: `${placeUrl}${toEncodedPath(asset.path)}` };
}

/** Base URL of the channel at one of its origins. */
function toPlace(situation: LiveSituation, id: string): string | null {
  const origin = situation.index.origins.get(id);
  const place = situation.channel.origins.find((each) => each.id === id);
  return origin === undefined || place === undefined ? null : toPlaceUrl(origin, place);
}

/** Where a playlist came from, for the rewriter. */
export function toLedgerPlace(
  situation: LiveSituation,
  originId: string,
  path: string,
): LedgerPlace | null {
  const { channel, index } = situation;
  const target = toTarget(situation, originId, path);
  const prefixUrl = toPlace(situation, originId);
  if (target === null || prefixUrl === null) return null;
  return {
    channel: channel.id,
    playlistUrl: target.url,
    prefixUrl,
    beyondPrefix: channel.policy.beyondPrefix,
    hosts: index.catalog.hosts,
    unknownHosts: channel.policy.unknownHosts,
    query: "",
  };
}

/** A file that is to be compared; null if it is not below the origin's own prefix. */
export function toProofTarget(situation: LiveSituation, side: ProofWishSide): ProofTarget | null {
  const origin = situation.index.origins.get(side.origin);
  const prefixUrl = toPlace(situation, side.origin);
  if (origin === undefined || prefixUrl === null || !side.url.startsWith(prefixUrl)) return null;
  return { origin, url: side.url, range: side.range };
}
