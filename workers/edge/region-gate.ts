// Holds the policy for one region, so that isolates there ask a neighbour and not a far-away
// control worker, and adds up what they have counted until control reads it: as sums for the
// metrics, and as news for the health centre, at once when they tell of trouble. Control writes the
// policy, everybody reads it; it decides nothing.

import { DurableObject } from "cloudflare:workers";
import type { Catalog } from "../core/config/catalog.ts";
import type { HotHit, LifetimeBook } from "../core/contract/hot.ts";
import { acceptsContract } from "../core/contract/message.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { PathwayBook } from "../core/contract/pathways.ts";
import type { GateReading, Policy } from "../core/contract/policy.ts";
import type { ChannelJoins, CollectAsk, RegionNews } from "../core/contract/report.ts";
import type { TallyBatch, TallyRow } from "../core/contract/tally.ts";
import { decidePolicySuccession } from "../core/health/known-policy.ts";
import { isUrgent, toRegionNews } from "../core/telemetry/region-news.ts";
import { Tally } from "../core/telemetry/tally.ts";
import { readClockMs, within } from "../platform/clock.ts";
import type { Env } from "./env.ts";

interface Held {
  readonly policy: Policy;
  readonly catalog: Catalog;
}

/** Sums are written down so often: what was counted after that is lost with the object. */
const TALLY_WRITE_MS = 10_000;
/** Rows per stored value, which may have 2 MB. */
const TALLY_ROWS = 2_000;
/** Names of files counted until somebody asks for them; some 100 bytes each. */
const HITS_MAX = 4_096;
/** Longest wait of one call for news. */
const COLLECT_MS_MAX = 10_000;

export class RegionGate extends DurableObject<Env> implements RegionGateApi {
  readonly #tally = new Tally(TALLY_ROWS);
  /** Counted since the health centre was last told. */
  readonly #fresh = new Tally(TALLY_ROWS);
  #urgent = Promise.withResolvers<void>();
  #hasUrgent = false;
  #tallyWrittenAtMs = 0;
  #held: Held | null = null;
  #confirmedAtMs = 0;
  #pathways: PathwayBook | null = null;
  #lifetimes: LifetimeBook | null = null;
  /** Files that viewers asked for; see takeHits. */
  readonly #hits = new Map<string, number>();
  readonly #joins = new Map<string, ChannelJoins>();

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#held = (await context.storage.get<Held>("held")) ?? null;
      this.#confirmedAtMs = (await context.storage.get<number>("confirmedAtMs")) ?? 0;
      this.#pathways = (await context.storage.get<PathwayBook>("pathways")) ?? null;
      this.#lifetimes = (await context.storage.get<LifetimeBook>("lifetimes")) ?? null;
      this.#tally.merge((await context.storage.get<readonly TallyRow[]>("tally")) ?? []);
    });
  }

  async publish(policy: Policy, catalog: Catalog): Promise<number | null> {
    const succession = decidePolicySuccession(this.#held?.policy.version ?? null, policy);
    if (succession !== "refused") {
      this.#held = { policy, catalog };
      this.#confirmedAtMs = readClockMs();
    }
    // Confirmations are not written: after an eviction the age looks too old until the next one.
    if (succession === "newer") {
      await this.ctx.storage.put({ held: this.#held, confirmedAtMs: this.#confirmedAtMs });
    }
    return this.#held?.policy.version ?? null;
  }

  async confirm(version: number): Promise<number | null> {
    const held = this.#held?.policy.version ?? null;
    if (held === version) this.#confirmedAtMs = readClockMs();
    return held;
  }

  async read(haveCatalogVersion: number): Promise<GateReading | null> {
    if (this.#held === null) return null;
    const { policy, catalog } = this.#held;
    return {
      policy: toLengthened(policy, this.#lifetimes?.factors ?? {}),
      catalog: policy.catalogVersion === haveCatalogVersion ? null : catalog,
      confirmedAgoMs: readClockMs() - this.#confirmedAtMs,
      ...(this.#pathways === null ? {} : { pathways: this.#pathways.states }),
    };
  }

  async steer(book: PathwayBook): Promise<void> {
    if (!acceptsContract(book.contract)) return;
    if (book.version <= (this.#pathways?.version ?? 0)) return;
    this.#pathways = book;
    await this.ctx.storage.put("pathways", book);
  }

  async lengthen(book: LifetimeBook): Promise<void> {
    if (!acceptsContract(book.contract)) return;
    if (book.version <= (this.#lifetimes?.version ?? 0)) return;
    this.#lifetimes = book;
    await this.ctx.storage.put("lifetimes", book);
  }

  async takeHits(): Promise<readonly HotHit[]> {
    const hits = [...this.#hits].map(([name, count]) => ({ name, count }));
    this.#hits.clear();
    return hits;
  }

  /** Where there are too many names, those that only one viewer wanted make room. */
  #countHits(hits: readonly HotHit[]): void {
    for (const { name, count } of hits) this.#hits.set(name, (this.#hits.get(name) ?? 0) + count);
    if (this.#hits.size <= HITS_MAX) return;
    for (const [name, count] of this.#hits) if (count === 1) this.#hits.delete(name);
    // Nobody fetches them, or everything is hot.
    if (this.#hits.size > HITS_MAX) this.#hits.clear();
  }

  async count({ contract, rows, files = [] }: TallyBatch): Promise<void> {
    if (!acceptsContract(contract)) return;
    this.#countHits(files);
    // Networks are news for the health centre: sums of thousands of them serve nobody.
    this.#tally.merge(rows.filter(({ family }) => family !== "networks"));
    this.#fresh.merge(rows);
    if (isUrgent(rows)) {
      this.#hasUrgent = true;
      this.#urgent.resolve();
    }
    const nowMs = readClockMs();
    if (nowMs - this.#tallyWrittenAtMs < TALLY_WRITE_MS) return;
    this.#tallyWrittenAtMs = nowMs;
    await this.ctx.storage.put("tally", this.#tally.rows());
  }

  async tell(joins: ChannelJoins): Promise<void> {
    if (!acceptsContract(joins.contract)) return;
    const known = this.#joins.get(joins.channel);
    if (known !== undefined && known.generation > joins.generation) return;
    this.#joins.set(joins.channel, joins);
  }

  async collect({ waitMs }: CollectAsk): Promise<RegionNews> {
    if (!this.#hasUrgent) {
      await within(this.#urgent.promise, Math.min(waitMs, COLLECT_MS_MAX));
    }
    this.#hasUrgent = false;
    this.#urgent = Promise.withResolvers();
    const joins = [...this.#joins.values()];
    this.#joins.clear();
    return { ...toRegionNews(this.ctx.id.name ?? "", this.#fresh.drain()), joins };
  }

  async tally(): Promise<readonly TallyRow[]> {
    return this.#tally.rows();
  }
}

function toLengthened(policy: Policy, factors: LifetimeBook["factors"]): Policy {
  if (Object.keys(factors).length === 0) return policy;
  const channels = policy.channels.map((choice) => {
    const lengthen = factors[choice.id];
    return lengthen === undefined ? choice : { ...choice, lengthen };
  });
  return { ...policy, channels };
}
