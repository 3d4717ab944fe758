// Lists the storages of one library and leaves a filter of the names in KV for the edges. Begins
// when control names the channel, goes on by its own alarm, and ends when the catalog no longer has
// the library. Named after the channel.
//
// Only media is listed: the guard at the edge asks about nothing else. A storage that cannot be
// listed to its end gives no filter, for half a listing would call the other half absent; the one
// before stays until its time is over, and then the storage decides for itself again.

import { DurableObject } from "cloudflare:workers";
import { NameFilterBuilder } from "../core/cache/name-filter.ts";
import type { OriginPlace, S3Origin } from "../core/config/catalog.ts";
import { type CatalogIndex, toCatalogIndex } from "../core/config/catalog-index.ts";
import { type FilterHead, toFilterBlockKey, toFilterHeadKey } from "../core/contract/library.ts";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import type { LibraryListerApi } from "../core/contract/objects.ts";
import { toAssetKind } from "../core/http/media-types.ts";
import { toListedPlace, toObjectKey } from "../core/origin/place.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import { makeObjectStore } from "../platform/s3.ts";
import { readS3Credentials } from "../platform/secrets.ts";
import type { Env } from "./env.ts";

/** Listing a million names takes a minute and a thousand requests; uploads do not wait for it. */
const LIST_EVERY_MS = 600_000;
const RETRY_MS = 30_000;
/** Filters outlive a few listings that fail. */
const KEPT_SECONDS = 6 * 3_600;

interface Storage {
  readonly origin: S3Origin;
  readonly place: OriginPlace;
}

export class LibraryLister extends DurableObject<Env> implements LibraryListerApi {
  async start(): Promise<void> {
    await this.ctx.storage.setAlarm(readClockMs());
  }

  override async alarm(): Promise<void> {
    const channel = this.ctx.id.name ?? "";
    const reading = await regionObject(this.env.GATES, this.env.WEIR_HOME_REGION).read(-1);
    const index = reading?.catalog == null ? null : toCatalogIndex(reading.catalog);
    const storages = index === null ? [] : toStorages(channel, index);
    // Not in this catalog: control says so when it is back.
    if (index !== null && storages.length === 0) return;
    const isListed = index !== null && (await this.#list(channel, storages));
    await this.ctx.storage.setAlarm(readClockMs() + (isListed ? LIST_EVERY_MS : RETRY_MS));
  }

  async #list(channel: string, storages: readonly Storage[]): Promise<boolean> {
    const builder = new NameFilterBuilder();
    const version = readClockMs();
    const log = makeLog(undefined);
    try {
      for (const storage of storages) await this.#listOne(storage, builder);
    } catch (error) {
      log.error("library not listed", { channel, why: String(error) });
      return false;
    }
    const blocks = builder.build();
    const expiry = { expirationTtl: KEPT_SECONDS };
    await Promise.all(
      blocks.map((bytes, block) =>
        this.env.POLICY.put(toFilterBlockKey(channel, version, block), bytes, expiry),
      ),
    );
    const head: FilterHead = {
      contract: CONTRACT_VERSION,
      channel,
      version,
      blockCount: blocks.length,
      nameCount: builder.count,
      places: storages.flatMap(({ origin, place }) => toListedPlace(origin, place) ?? []),
    };
    // Last: whoever reads the head finds the blocks.
    await this.env.POLICY.put(toFilterHeadKey(channel), JSON.stringify(head), expiry);
    return true;
  }

  async #listOne({ origin, place }: Storage, builder: NameFilterBuilder): Promise<void> {
    if (origin.credentials === null) throw new Error(`${origin.id} has no credentials`);
    const secret = readS3Credentials(this.env, origin.credentials);
    if (secret.kind === "missing") throw new Error(secret.detail);
    const folder = toObjectKey(origin, place, "");
    const prefix = folder === "" ? "" : `${folder}/`;
    await makeObjectStore(origin, secret.credentials).eachKey(prefix, (key) => {
      const path = key.slice(prefix.length);
      const kind = toAssetKind(path);
      if (kind !== "segment" && kind !== "init-or-segment") return;
      if (!builder.add(path)) throw new Error("more names than a filter holds");
    });
  }
}

/** The storages of a library; empty if there are none, or if some place of it cannot be listed. */
function toStorages(channelId: string, index: CatalogIndex): readonly Storage[] {
  const channel = index.channels.get(channelId);
  if (channel === undefined || channel.mode !== "vod") return [];
  const places = channel.origins.flatMap((member): readonly OriginPlace[] =>
    member.segments === null ? [member] : [member.segments, member],
  );
  const storages = places.flatMap((place): Storage[] => {
    const origin = index.origins.get(place.id);
    return origin?.kind === "s3" ? [{ origin, place }] : [];
  });
  return storages.length === places.length ? storages : [];
}
