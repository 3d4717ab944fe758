// Turns a granted route into the one thing it means: an asset of a channel, free of everything
// that differs between viewers. What the caches and the origins get to see is derived from it.

import type { Grant } from "../auth.ts";
import type { AllowedHost, Channel } from "../config/catalog.ts";
import type { CatalogIndex } from "../config/catalog-index.ts";
import type { ChannelChoice } from "../contract/policy.ts";
import { type AssetKind, toAssetKind } from "../http/media-types.ts";
import { type AssetPath, printAssetPath } from "../route/asset-path.ts";
import { type Refusal, toRefusal } from "../route/route.ts";
import { toMediaQuery, toPlaylistQuery } from "./query.ts";
import { isSameMark, parseMarkedQuery, type QueryMarks } from "./query-mark.ts";

export interface Asset {
  readonly kind: AssetKind;
  readonly channel: Channel;
  /** Whose bytes: origins of one timeline only. */
  readonly timeline: number;
  /** Set for a file of another allowed host (`@alias`), which has no timeline. */
  readonly host: AllowedHost | null;
  /** Whether it stands outside the channel's prefix on the same host (`@self`). */
  readonly beyondPrefix: boolean;
  /** Decoded path below the channel's prefix, `@self` or the host. */
  readonly path: string;
  /** Canonical query: sent to the origin and part of the key. */
  readonly query: string;
  /** Label and path as in canonical viewer URLs. */
  readonly assetPath: AssetPath;
}

/**
 * What is left of a file's query; null if a library did not announce it. A live channel's queries
 * are judged with its names, behind the caches.
 */
function toIdentity(
  channel: Channel,
  asset: AssetPath,
  asked: string,
  marks: QueryMarks | null,
): string | null {
  const { strip } = channel.policy;
  if (marks === null || channel.mode !== "vod") return toMediaQuery(asked, strip);
  const marked = parseMarkedQuery(asked);
  const query = toMediaQuery(marked.query, strip);
  if (query === "") return query;
  const mark = marks.print(channel.id, printAssetPath(asset), query);
  return marked.mark !== null && isSameMark(mark, marked.mark) ? query : null;
}

/** Finds the asset that a granted viewer asked for, or refuses with a reason. */
export function decideAsset(
  _grant: Grant,
  channel: Channel,
  choice: ChannelChoice,
  route: { readonly asset: AssetPath; readonly query: string },
  index: CatalogIndex,
  marks: QueryMarks | null = null,
): Asset | Refusal {
  const { label, path } = route.asset;
  const kind = toAssetKind(path);
  const query =
    kind === "playlist"
      ? toPlaylistQuery(route.query, channel.policy.query)
      : toIdentity(channel, route.asset, route.query, marks);
  if (query === null) {
    return toRefusal("not-announced", `No playlist announced /${path} with this query.`);
  }
  const shared = { kind, channel, path, query, assetPath: route.asset };
  // A playlist without a label is the channel's present; a file without one is timeline 0's.
  const timeline = kind === "playlist" && label.n === 0 ? choice.current : label.n;
  if (timeline !== choice.current && !choice.timelines.some(({ n }) => n === timeline)) {
    return toRefusal("unknown-timeline", `Channel ${channel.id} has no timeline @t${timeline}.`);
  }
  switch (label.kind) {
    case "parts":
      if (channel.mode === "live" && kind !== "playlist") {
        return { ...shared, timeline, host: null, beyondPrefix: false };
      }
      return toRefusal("not-found", "Only segments of live channels are put together from parts.");
    case "timeline":
      return { ...shared, timeline, host: null, beyondPrefix: false };
    case "self":
      if (!channel.policy.beyondPrefix) {
        return toRefusal(
          "beyond-prefix",
          `Channel ${channel.id} does not serve files outside its prefix (policy beyond_prefix).`,
        );
      }
      return { ...shared, timeline, host: null, beyondPrefix: true };
    case "host": {
      const host = index.hosts.get(label.alias);
      if (host === undefined) {
        return toRefusal("unknown-host-alias", `@${label.alias} is not a host of the catalog.`);
      }
      return { ...shared, timeline, host, beyondPrefix: false };
    }
  }
}
