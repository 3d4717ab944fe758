// Lists what an event is about: walks its playlists as a viewer would get them, or takes the paths
// or the storage prefix that were named, and asks the chunk storage what it holds under them. What
// the numbers mean is decided in core/warm/plan-event.ts.

import type { PreloadRequest } from "../core/contract/events.ts";
import type { RegionGateApi, SeenPlaylist, WarmAgentApi } from "../core/contract/objects.ts";
import { toAssetKind } from "../core/http/media-types.ts";
import { printPathSegment } from "../core/http/percent.ts";
import { toObjectKey } from "../core/origin/place.ts";
import { EVENT_TARGETS_MAX } from "../core/warm/batches.ts";
import type { EventListing } from "../core/warm/plan-event.ts";
import { readPlannedPlaylist } from "../core/warm/targets.ts";
import { within } from "../platform/clock.ts";
import { type Objects, regionObject } from "../platform/objects.ts";
import { type KnownChannel, readChannel, toAsset } from "./known-catalog.ts";
import { findStored, makeStore } from "./stored-files.ts";

export interface ListingPorts {
  readonly agents: Objects<WarmAgentApi>;
  readonly gates: Objects<RegionGateApi>;
  readonly hasHotTier: boolean;
  readonly homeRegion: string;
  /** Where secrets are. */
  readonly env: object;
}

const PLAYLISTS_MAX = 200;
const PLAYLISTS_AT_ONCE = 6;
const PLAYLIST_MS_MAX = 20_000;

/** Lists the event's files. Rejects when somebody who must answer does not. */
export async function listEvent(
  request: PreloadRequest,
  ports: ListingPorts,
): Promise<EventListing> {
  const regions = [...request.regions, ports.homeRegion];
  const reading = await readChannel(ports.gates, regions, request.channel);
  if (reading === null) throw new Error(`no region knows the channel "${request.channel}"`);
  const { known, region } = reading;
  const agent = regionObject(ports.agents, region);
  const listed = await listPaths(request, known, agent, ports.env);
  const hotTier = known.channel.policy.hotTier && ports.hasHotTier;
  const prices = known.index.catalog.prices ?? null;
  if (typeof listed === "string") return { files: [], hotTier, fault: listed, prices };
  // Asking what ten thousand are is dear; that there are more is refused anyway.
  const isTooMany = listed.length > EVENT_TARGETS_MAX;
  const files = isTooMany
    ? listed.map((path) => ({ path, expected: null, originId: null }))
    : await findStored(listed, known, ports.env);
  return { files, hotTier, fault: null, prices };
}

/** Paths below the channel, or what is wrong in words. */
async function listPaths(
  request: PreloadRequest,
  known: KnownChannel,
  agent: WarmAgentApi,
  env: object,
): Promise<readonly string[] | string> {
  if (request.paths !== undefined) {
    // A path that leaves the channel would be somebody else's budget, and somebody else's file.
    const stranger = request.paths.find((path) => toAsset(path, known) === null);
    if (stranger !== undefined) return `The channel "${request.channel}" serves no "${stranger}".`;
    return [...new Set(request.paths)];
  }
  if (request.prefix !== undefined) return listPrefix(request.prefix, known, env);
  return walkPlaylists(request, agent);
}

async function walkPlaylists(
  { channel, playlist, window, renditions }: PreloadRequest,
  agent: WarmAgentApi,
): Promise<readonly string[] | string> {
  const paths = new Set<string>();
  const seen = new Set([playlist]);
  let level: readonly string[] = [playlist];
  while (level.length > 0) {
    const next: string[] = [];
    for (let start = 0; start < level.length; start += PLAYLISTS_AT_ONCE) {
      const group = level.slice(start, start + PLAYLISTS_AT_ONCE);
      const read = await Promise.all(group.map((path) => readPlaylist(agent, channel, path)));
      for (const [index, { status, text }] of read.entries()) {
        const path = group[index] ?? "";
        if (status !== 200) return `The edge answers ${status} for /${channel}/${path}.`;
        const reading = readPlannedPlaylist(text, channel, path, window, renditions);
        if (reading.kind === "failure") return `/${channel}/${reading.detail}`;
        for (const file of reading.files) paths.add(file);
        next.push(...reading.playlists.filter((each) => !seen.has(each)));
        for (const each of reading.playlists) seen.add(each);
      }
    }
    if (seen.size > PLAYLISTS_MAX) return `More than ${PLAYLISTS_MAX} playlists.`;
    level = next;
  }
  return [...paths];
}

async function readPlaylist(
  agent: WarmAgentApi,
  channel: string,
  path: string,
): Promise<SeenPlaylist> {
  const seen = await within(agent.readPlaylist({ channel, path }), PLAYLIST_MS_MAX);
  if (seen === "late") throw new Error(`/${channel}/${path} was not read in time`);
  return seen;
}

/** Media below a prefix of the channel's own storage, in the names of viewers. */
async function listPrefix(
  prefix: string,
  { channel, index }: KnownChannel,
  env: object,
): Promise<readonly string[] | string> {
  for (const member of channel.origins) {
    const place = member.segments ?? member;
    const origin = index.origins.get(place.id);
    const store = origin?.kind === "s3" ? makeStore(origin, env) : null;
    if (origin?.kind !== "s3" || store === null) continue;
    const folder = toObjectKey(origin, place, "");
    const root = folder === "" ? "" : `${folder}/`;
    const paths: string[] = [];
    await store.eachKey(root + prefix, (key) => {
      const path = key.slice(root.length);
      const kind = toAssetKind(path);
      if (kind !== "segment" && kind !== "init-or-segment") return;
      paths.push(path.split("/").map(printPathSegment).join("/"));
    });
    return paths;
  }
  return `The channel "${channel.id}" has no storage that can be listed.`;
}
