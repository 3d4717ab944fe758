// Reads the origins for the whole world: one fill per key, streamed into the hot tier and to every
// isolate that asked for it (design section 3). Sixteen of them share a channel's keys, so that
// none has to hold more than a fraction of its running files. It decides nothing about who is
// asked; the order says so.
//
// An answer never waits long: "waiting" tells the caller that this object lives, which a silent
// promise would not. The caller asks again; one that hears nothing goes to the origins itself.
//
// An object that begins does not know which files it was filling before it was thrown out of
// memory, so for a while it looks into the hot tier before it reads an origin (ADR 0028):
//
//   isolate                     filler                        hot tier
//   1 looks: not there
//                               2 ends a fill, stores it ---> 3 has it
//                               4 thrown out of memory
//   5 asks the filler --------> 6 begins, knows of nothing
//                               7 looks --------------------> 8 gives it: no second read

import { DurableObject } from "cloudflare:workers";
import { decideStanding } from "../../core/cache/freshness.ts";
import type { CacheKey } from "../../core/cache/key.ts";
import { toCatalogIndex } from "../../core/config/catalog-index.ts";
import type { FillAnswer, FillOrder } from "../../core/contract/filling.ts";
import type { OriginFailure } from "../../core/health/failure.ts";
import { FILL_CAUSES } from "../../core/origin/bulkhead.ts";
import type { OriginPort } from "../../core/origin/port.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { FixedBody } from "../../platform/edge-cache.ts";
import { type HotTier, makeHotTier } from "../../platform/hot-tier.ts";
import { type Log, makeLog } from "../../platform/log.ts";
import { regionObject } from "../../platform/objects.ts";
import { makeOriginPort, type OriginBody } from "../../platform/origin-fetch.ts";
import type { Env } from "../env.ts";
import { countEgress, countFault, flush, makeMeasures } from "../measure.ts";
import type { Situation } from "../ports.ts";
import type { FillHead } from "./fill-head.ts";
import { makeFillMemory } from "./fill-memory.ts";
import type { FillPorts } from "./fill-ports.ts";
import type { FillSource } from "./fill-source.ts";
import { type FillRoad, joinFill } from "./join-fill.ts";
import { makeOriginMemory } from "./origin-memory.ts";
import { makeOriginSource } from "./origin-source.ts";
import { openStored } from "./stored-body.ts";
import { toStoredHead } from "./stored-head.ts";

export type FileOrder = FillOrder<Asset>;
export type FileAnswer = FillAnswer<FillHead, OriginBody>;

/** Longest an answer waits; what is left of the caller's patience is for the way. */
const ANSWER_MS_MAX = 150;
/** Bytes of ended fills: several fillers may share an isolate of 128 MB. */
const FILL_BYTES_MAX = 2 * 1024 * 1024;
const RUNNING_BYTES = 8 * 1024 * 1024;
/** How long after its beginning: as long as it would have remembered an ended fill. */
const FORGETFUL_MS = 5_000;

export class Filler extends DurableObject<Env> {
  readonly #log: Log;
  readonly #hotTier: HotTier;
  readonly #origins: OriginPort<OriginBody>;
  readonly #ports: Omit<FillPorts, "live" | "origins">;
  readonly #measures = makeMeasures();
  readonly #fills = makeFillMemory(FILL_BYTES_MAX, RUNNING_BYTES);
  readonly #bornAtMs = readClockMs();

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#log = makeLog(env.WEIR_LOG);
    this.#hotTier = makeHotTier(env.HOT_TIER, this.#log);
    const origins = makeOriginPort(env, "weir");
    this.#origins = origins;
    const fault = (failure: OriginFailure) => countFault(this.#measures, failure);
    this.#ports = { log: this.#log, isolate: { ...makeOriginMemory(), fault } };
  }

  /** Opens a file from a position on; begins its fill if nobody has. */
  async fill(order: FileOrder, position: number): Promise<FileAnswer> {
    const key = order.key as CacheKey;
    const gate = () => regionObject(this.env.GATES, order.region);
    flush(this.#measures, gate, (work) => this.ctx.waitUntil(work));
    const joined = await joinFill(this.#toRoad(order, key), ANSWER_MS_MAX);
    // Ended, stored, and its bytes dropped: the hot tier has it.
    if (joined === null) return this.#readStored(key, position);
    if (joined.kind === "opening") return { kind: "waiting" };
    if (joined.kind === "problem") return joined;
    const { head } = joined;
    if (!head.storable || head.isLarge) return { kind: "private" };
    const { lengthBytes } = head.meta;
    const last = lengthBytes === null ? null : lengthBytes - 1;
    return { kind: "file", head, body: joined.read(position, last) };
  }

  #toRoad(order: FileOrder, key: CacheKey): FillRoad {
    const { asset, choice, region } = order;
    const catalog = {
      origins: order.origins,
      channels: [asset.channel],
      hosts: [],
      probe: { intervalMs: 0 },
    };
    const situation: Situation = { asset, choice, index: toCatalogIndex(catalog) };
    const cause = FILL_CAUSES.find((each) => each === order.cause) ?? "viewer";
    const origins = countEgress(this.#origins, this.#measures, cause);
    const live = (channelId: string) => ({
      relay: (shard: number) => this.env.RELAYS.getByName(`${channelId}@${region}/${shard}`),
    });
    return {
      memory: this.#fills,
      isRenewal: false,
      key: order.key,
      makeSource: () => {
        const source = makeOriginSource(situation, key, { ...this.#ports, origins, live });
        const isForgetful = readClockMs() - this.#bornAtMs < FORGETFUL_MS;
        return isForgetful ? this.#storedFirst(key, source) : source;
      },
      keep: (head, body) => this.#keep(key, head, body),
      readStored: async (first) => (await this.#hotTier.get(key, first))?.body ?? null,
      waitUntil: (work) => this.ctx.waitUntil(work),
    };
  }

  /** The hot tier once, then the origins. */
  #storedFirst(key: CacheKey, source: FillSource): FillSource {
    let isAsked = false;
    return {
      open: async (place) => {
        const stored = isAsked ? null : await openStored(key, place, this.#hotTier);
        isAsked = true;
        return stored ?? source.open(place);
      },
      broke: (failure, detail) => source.broke(failure, detail),
    };
  }

  async #keep(key: CacheKey, head: FillHead, body: FixedBody): Promise<boolean> {
    if (head.tier === "origin") return this.#hotTier.put(key, head.meta, body);
    await body.stream.cancel().catch(() => undefined);
    return true;
  }

  async #readStored(key: CacheKey, position: number): Promise<FileAnswer> {
    const file = await this.#hotTier.get(key, position);
    if (file === null || decideStanding(file.meta, readClockMs()) === "expired")
      return { kind: "private" };
    const { meta, body } = file;
    return { kind: "file", head: toStoredHead(meta), body };
  }
}
