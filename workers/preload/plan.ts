// Plans an event: walks its playlists as a viewer would get them, lists the files they announce,
// and asks the chunk storage, where there is one, how large each is and under which validator. The
// read-back is compared with that, so that "warm" means "warm with what the storage holds".

import { toOwnGrant } from "../core/auth.ts";
import { type CatalogIndex, toCatalogIndex } from "../core/config/catalog-index.ts";
import type { RegionGateApi, WarmAgentApi } from "../core/contract/objects.ts";
import type { ChannelChoice } from "../core/contract/policy.ts";
import type { PreloadRequest } from "../core/contract/warming.ts";
import { planAttempts } from "../core/origin/attempts.ts";
import { toObjectKey } from "../core/origin/place.ts";
import { decideAsset } from "../core/resolve/asset.ts";
import { parseAssetPath } from "../core/route/asset-path.ts";
import { EVENT_TARGETS_MAX } from "../core/warm/batches.ts";
import { readPlannedPlaylist } from "../core/warm/targets.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeObjectStore, type StoredObject } from "../platform/s3.ts";
import { readS3Credentials } from "../platform/secrets.ts";

export interface PlannedFile {
  readonly path: string;
  /** What the storage holds; null where the origin is no storage or does not tell. */
  readonly expected: StoredObject | null;
}

export type EventPlan =
  | { readonly kind: "plan"; readonly files: readonly PlannedFile[] }
  | { readonly kind: "refused"; readonly detail: string };

export interface PlanPorts {
  readonly agent: WarmAgentApi;
  readonly gate: RegionGateApi;
  /** Where secrets are. */
  readonly env: object;
}

const PLAYLISTS_MAX = 200;

/** Plans an event, or says why it cannot be planned. */
export async function planEvent(request: PreloadRequest, ports: PlanPorts): Promise<EventPlan> {
  const walked = await walkPlaylists(request, ports.agent);
  if (walked.kind === "refused") return walked;
  if (walked.paths.length === 0) return refuse("The playlists announce no files.");
  if (walked.paths.length > EVENT_TARGETS_MAX) {
    return refuse(
      `${walked.paths.length} objects are more than the limit of ${EVENT_TARGETS_MAX}.`,
    );
  }
  const stored = await findStored(request.channel, walked.paths, ports);
  return {
    kind: "plan",
    files: walked.paths.map((path) => ({ path, expected: stored.get(path) ?? null })),
  };
}

type Walked =
  | { readonly kind: "walked"; readonly paths: readonly string[] }
  | { readonly kind: "refused"; readonly detail: string };

async function walkPlaylists(request: PreloadRequest, agent: WarmAgentApi): Promise<Walked> {
  const { channel } = request;
  const paths = new Set<string>();
  const queue = [request.playlist];
  const seen = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const { status, text } = await agent.readPlaylist({ channel, path });
    if (status !== 200) return refuse(`The edge answers ${status} for /${channel}/${path}.`);
    const reading = readPlannedPlaylist(text, channel, path);
    if (reading.kind === "failure") return refuse(`/${channel}/${reading.detail}`);
    for (const file of reading.files) paths.add(file);
    for (const next of reading.playlists) {
      if (seen.has(next)) continue;
      if (seen.size >= PLAYLISTS_MAX) return refuse(`More than ${PLAYLISTS_MAX} playlists.`);
      seen.add(next);
      queue.push(next);
    }
  }
  return { kind: "walked", paths: [...paths] };
}

/** What the storage holds under each path; paths that stand elsewhere are left out. */
async function findStored(
  channelId: string,
  paths: readonly string[],
  ports: PlanPorts,
): Promise<ReadonlyMap<string, StoredObject>> {
  const found = new Map<string, StoredObject>();
  const reading = await ports.gate.read(-1);
  const choice = reading?.policy.channels.find(({ id }) => id === channelId);
  if (reading?.catalog == null || choice === undefined) return found;
  const index = toCatalogIndex(reading.catalog);
  const keysByPath = new Map<string, ObjectPlace>();
  for (const path of paths) {
    const place = toObjectPlace(path, channelId, choice, index);
    if (place !== null) keysByPath.set(path, place);
  }
  for (const [directory, places] of groupByDirectory(keysByPath)) {
    const { origin } = places[0]?.[1] ?? {};
    if (origin?.kind !== "s3" || origin.credentials === null) continue;
    const secret = readS3Credentials(ports.env, origin.credentials);
    if (secret.kind === "missing") continue;
    const store = makeObjectStore(origin, secret.credentials);
    // A directory may hold years of segments: list a little more than we look for, then ask singly.
    const listed = await store.list(directory, places.length * 2 + 100);
    for (const [path, { key }] of places) {
      const object = listed.get(key) ?? (await store.head(key));
      if (object !== null) found.set(path, object);
    }
  }
  return found;
}

interface ObjectPlace {
  readonly origin: CatalogIndex["catalog"]["origins"][number];
  readonly key: string;
}

/** Where the edge would read a path first, if that is an S3 storage. */
function toObjectPlace(
  path: string,
  channelId: string,
  choice: ChannelChoice,
  index: CatalogIndex,
): ObjectPlace | null {
  const channel = index.channels.get(channelId);
  const [rawPath = "", query = ""] = path.split("?", 2);
  const asset = parseAssetPath(rawPath);
  if (channel === undefined || asset.kind !== "asset-path") return null;
  const grant = toOwnGrant(channelId);
  const resolved = decideAsset(grant, channel, choice, { asset, query }, index);
  if (resolved.kind === "refused") return null;
  const attempt = planAttempts(resolved, choice, index, new Map(), readClockMs())[0];
  if (attempt?.origin.kind !== "s3") return null;
  return { origin: attempt.origin, key: toObjectKey(attempt.origin, attempt.place, resolved.path) };
}

function groupByDirectory(places: ReadonlyMap<string, ObjectPlace>) {
  const groups = new Map<string, [string, ObjectPlace][]>();
  for (const [path, place] of places) {
    const directory = place.key.slice(0, place.key.lastIndexOf("/") + 1);
    const group = groups.get(directory) ?? [];
    group.push([path, place]);
    groups.set(directory, group);
  }
  return groups;
}

function refuse(detail: string): { readonly kind: "refused"; readonly detail: string } {
  return { kind: "refused", detail };
}
