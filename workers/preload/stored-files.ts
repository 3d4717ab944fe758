// What the chunk storage holds under viewers' paths: length, validator, digest and date of each, so
// that "warm" can mean "warm with what the storage holds". Whole directories are listed where many
// of their files are wanted, single files asked for where the listing did not come to them.

import type { S3Origin } from "../core/config/catalog.ts";
import { printHttpDate } from "../core/http/http-date.ts";
import { toObjectKey } from "../core/origin/place.ts";
import { type Expected, toTagDigest } from "../core/warm/proof.ts";
import type { PlannedFile } from "../core/warm/warming-event.ts";
import { makeObjectStore, type ObjectStore, type StoredObject } from "../platform/s3.ts";
import { readS3Credentials } from "../platform/secrets.ts";
import { type KnownChannel, toAsset, toFirstAttempt } from "./known-catalog.ts";

/** Requests to a storage at once: the platform lets six wait for headers. */
const CONCURRENT_MAX = 6;
/** A directory may hold years of segments: so many more than are looked for are listed. */
const LISTED_BEYOND = 100;

interface Stored {
  readonly path: string;
  readonly key: string;
  readonly origin: S3Origin;
}

/** The files with what is known of them. Rejects when a storage refuses or fails. */
export async function findStored(
  paths: readonly string[],
  known: KnownChannel,
  env: object,
): Promise<readonly PlannedFile[]> {
  const originIds = new Map<string, string>();
  const groups = new Map<string, Stored[]>();
  for (const path of paths) {
    const asset = toAsset(path, known);
    const attempt = asset === null ? null : toFirstAttempt(asset, known);
    if (asset === null || attempt === null) continue;
    originIds.set(path, attempt.origin.id);
    if (attempt.origin.kind !== "s3") continue;
    const key = toObjectKey(attempt.origin, attempt.place, asset.path);
    const group = `${attempt.origin.id} ${key.slice(0, key.lastIndexOf("/") + 1)}`;
    groups.set(group, [...(groups.get(group) ?? []), { path, key, origin: attempt.origin }]);
  }
  const found = new Map<string, Expected>();
  for (const group of groups.values()) await findGroup(group, env, found);
  return paths.map((path) => ({
    path,
    expected: found.get(path) ?? null,
    originId: originIds.get(path) ?? null,
  }));
}

async function findGroup(
  group: readonly Stored[],
  env: object,
  found: Map<string, Expected>,
): Promise<void> {
  const [first] = group;
  const store = first === undefined ? null : makeStore(first.origin, env);
  if (first === undefined || store === null) return;
  const directory = first.key.slice(0, first.key.lastIndexOf("/") + 1);
  const listed = await store.list(directory, group.length * 2 + LISTED_BEYOND);
  const queue = [...group];
  const look = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const object = listed.get(next.key) ?? (await store.head(next.key));
      if (object !== null) found.set(next.path, toExpected(object));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_MAX }, look));
}

/** A store on a storage; null where we have no credentials for it, or it is open. */
export function makeStore(origin: S3Origin, env: object): ObjectStore | null {
  if (origin.credentials === null) return null;
  const secret = readS3Credentials(env, origin.credentials);
  return secret.kind === "missing" ? null : makeObjectStore(origin, secret.credentials);
}

function toExpected({ lengthBytes, etag, modifiedAtMs }: StoredObject): Expected {
  return {
    lengthBytes,
    etag,
    md5: toTagDigest(etag),
    version: modifiedAtMs === null ? null : printHttpDate(modifiedAtMs),
  };
}
