// A channel with its catalog and its choice, for the tests of resolve, cache and origin. The
// defaults are the plainest ones; a test names only what it is about.

import { toOwnGrant } from "../../../workers/core/auth.ts";
import type {
  AllowedHost,
  Channel,
  ChannelOrigin,
  ChannelPolicy,
  Origin,
} from "../../../workers/core/config/catalog.ts";
import { toCatalogIndex } from "../../../workers/core/config/catalog-index.ts";
import type { ChannelChoice } from "../../../workers/core/contract/policy.ts";
import { VIEWER_HEADERS_NONE } from "../../../workers/core/http/request.ts";
import { decideAsset } from "../../../workers/core/resolve/asset.ts";
import { parseRoute } from "../../../workers/core/route/route.ts";
import { TTL_POLICY_SPEC } from "../../../workers/core/ttl/policy.ts";

export interface Given {
  readonly mode?: "live" | "vod";
  readonly policy?: Partial<ChannelPolicy>;
  /** Default: http origins east and west. */
  readonly origins?: readonly Origin[];
  /** Default: all origins, without prefix or storage. */
  readonly members?: readonly ChannelOrigin[];
  readonly timelines?: ChannelChoice["timelines"];
  readonly current?: number;
  readonly hosts?: readonly AllowedHost[];
}

export const HTTP_ORIGINS: readonly Origin[] = ["east", "west"].map((id) => ({
  kind: "http",
  id,
  url: `https://${id}.example/live/`,
  region: null,
}));

export function toSituation(given: Given) {
  const origins = given.origins ?? HTTP_ORIGINS;
  const members = given.members ?? origins.map(({ id }) => ({ id, prefix: "", segments: null }));
  const channel: Channel = {
    id: "demo",
    mode: given.mode ?? "live",
    playlist: "master.m3u8",
    origins: members,
    policy: {
      ttl: TTL_POLICY_SPEC,
      auth: "open",
      replicas: "auto",
      beyondPrefix: false,
      hotTier: false,
      unknownHosts: "keep",
      query: [],
      ...given.policy,
    },
  };
  const current = given.current ?? 0;
  const choice: ChannelChoice = {
    id: channel.id,
    timelines: given.timelines ?? [{ n: current, origins: members.map(({ id }) => id) }],
    current,
    reason: "preferred",
    changedAtMs: 0,
  };
  const index = toCatalogIndex({
    origins,
    channels: [channel],
    hosts: given.hosts ?? [],
    probe: { intervalMs: 2000 },
  });
  return { channel, choice, index };
}

/** What the URL means in this situation: an asset or a refusal. */
export function resolve(target: string, given: Given = {}) {
  const { channel, choice, index } = toSituation(given);
  const [path = "", query = ""] = target.split("?");
  const route = parseRoute({ method: "GET", path, query, headers: VIEWER_HEADERS_NONE, nowMs: 0 });
  if (route.kind !== "asset") throw new Error(`${target} is no asset: ${JSON.stringify(route)}`);
  const grant = toOwnGrant(channel.id);
  return decideAsset(grant, channel, choice, route, index);
}

/** The same, where a refusal would be a mistake in the test. */
export function resolveAsset(target: string, given: Given = {}) {
  const asset = resolve(target, given);
  if (asset.kind === "refused") throw new Error(`${target} is refused: ${asset.detail}`);
  return asset;
}
