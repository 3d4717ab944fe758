// Preloads what nobody planned, within the budget of the catalog's `[hot]`, and does something
// about a falling hit ratio. Asks every region's gate in its rhythm what viewers wanted and how
// often they had to wait, lets core/warm/hot-keeping.ts decide, and carries it out: orders are
// preload events like those of people (with plans, receipts and budgets), lifetimes go to the
// gates, and what did not help is told to the health centre, which makes an incident of it.
//
// One object; a catalog without `[hot]` lets it sleep. What it remembers is written down after
// every step, and before anything follows from it.

import { DurableObject } from "cloudflare:workers";
import type { Catalog, HotRules } from "../core/config/catalog.ts";
import type { LifetimeBook } from "../core/contract/hot.ts";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import { toHitCounts } from "../core/warm/hit-counts.ts";
import {
  applyHotNews,
  applyOrder,
  applyOrderBytes,
  HOT_KEEPING_NONE,
  HOT_TITLE,
  type HotEffect,
  type HotKeeping,
  type HotNews,
  type RemedyNote,
  toLifetimeFactors,
} from "../core/warm/hot-keeping.ts";
import { readClockMs, within } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import { askMain, askObject } from "./api/ask-object.ts";
import type { Env } from "./env.ts";

const GATE_MS_MAX = 3_000;
/** Events of ours are forgotten after a day: nobody planned them, and nobody asks for proof. */
const EVENT_KEPT_MS = 86_400_000;

interface Kept {
  readonly rules: HotRules | null;
  /** Libraries, and the playlist by which each begins. */
  readonly channels: Readonly<Record<string, string>>;
  /** Events that were ordered, oldest first. */
  readonly events: readonly { readonly id: string; readonly atMs: number }[];
  readonly keeping: HotKeeping;
  readonly book: LifetimeBook;
}

const NOTHING: Kept = {
  rules: null,
  channels: {},
  events: [],
  keeping: HOT_KEEPING_NONE,
  book: { contract: CONTRACT_VERSION, version: 0, factors: {} },
};

/** What others may ask of it; every call may be made twice without harm. */
export interface HotKeeperApi {
  /** Takes a catalog into force. */
  use(catalog: Catalog): Promise<void>;
  /** Everything the API shows. */
  view(): Promise<{ readonly rules: HotRules | null; readonly keeping: HotKeeping }>;
}

export class HotKeeper extends DurableObject<Env> implements HotKeeperApi {
  #kept: Kept = NOTHING;
  readonly #log = makeLog(undefined);

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#kept = (await context.storage.get<Kept>("kept")) ?? NOTHING;
    });
  }

  async use(catalog: Catalog): Promise<void> {
    const rules = catalog.hot ?? null;
    if (rules === null && this.#kept.rules === null) return;
    const libraries = catalog.channels.filter(({ mode }) => mode === "vod");
    const channels = Object.fromEntries(libraries.map(({ id, playlist }) => [id, playlist]));
    await this.#keep({ ...this.#kept, rules, channels });
    // Without rules once more, to give the gates the configured lifetimes back.
    await this.ctx.storage.setAlarm(readClockMs());
  }

  async view() {
    const { rules, keeping } = this.#kept;
    return { rules, keeping };
  }

  override async alarm(): Promise<void> {
    const { rules } = this.#kept;
    if (rules === null) {
      await this.#keep({ ...this.#kept, keeping: HOT_KEEPING_NONE });
      await this.#lengthen();
      return;
    }
    await this.ctx.storage.setAlarm(readClockMs() + rules.everyMs);
    const [news] = await Promise.all([this.#gather(), this.#readBytes()]);
    const step = applyHotNews(this.#kept.keeping, news, rules, readClockMs());
    await this.#keep({ ...this.#kept, keeping: step.keeping });
    for (const effect of step.effects) await this.#carryOut(effect, rules);
    await this.#forgetEvents();
  }

  /** A region that does not answer in time says nothing: what it counted comes later. */
  async #gather(): Promise<HotNews> {
    const regions = this.#regions();
    const told = await Promise.all(
      regions.map(async (region) => {
        const gate = regionObject(this.env.GATES, region);
        const asked = Promise.all([gate.takeHits(), gate.tally()]).catch(() => null);
        const answer = await within(asked, GATE_MS_MAX);
        return answer === "late" || answer === null ? null : { region, answer };
      }),
    );
    const known = told.filter((each) => each !== null);
    return {
      hits: known.flatMap(({ answer: [hits] }) => hits),
      counts: known.map(({ region, answer: [, rows] }) => ({ region, of: toHitCounts(rows) })),
      channels: new Set(Object.keys(this.#kept.channels)),
    };
  }

  /** What orders come to is known when they are planned. */
  async #readBytes(): Promise<void> {
    for (const { eventId, bytes } of this.#kept.keeping.orders) {
      if (bytes !== null) continue;
      const asked = askObject(this.env.EVENTS, eventId, (event) => event.plan());
      const plan = await within(
        asked.catch(() => null),
        GATE_MS_MAX,
      );
      if (plan === null || plan === "late") continue;
      const sent = plan.refusals.length > 0 ? 0 : plan.origin.bytes;
      const keeping = applyOrderBytes(this.#kept.keeping, eventId, sent);
      await this.#keep({ ...this.#kept, keeping });
    }
  }

  async #carryOut(effect: HotEffect, rules: HotRules): Promise<void> {
    try {
      if (effect.kind === "order") await this.#order(effect, rules);
      else if (effect.kind === "lengthen") await this.#lengthen();
      else await this.#tell(effect.note);
    } catch (error) {
      this.#log.error("hot step failed", { kind: effect.kind, why: String(error) });
    }
  }

  async #order(
    { channel, paths, bytesMax }: Extract<HotEffect, { kind: "order" }>,
    { requestsPerSecond }: HotRules,
  ): Promise<void> {
    const nowMs = readClockMs();
    const id = crypto.randomUUID();
    const order = { eventId: id, channel, atMs: nowMs, files: paths.length };
    await this.#keep({
      ...this.#kept,
      keeping: applyOrder(this.#kept.keeping, order, paths),
      events: [...this.#kept.events, { id, atMs: nowMs }],
    });
    const request = {
      title: HOT_TITLE,
      channel,
      playlist: this.#kept.channels[channel] ?? "",
      regions: this.#regions(),
      paths,
      budget: { bytes: bytesMax, requestsPerSecond, fit: true },
      verify: { coverage: 0, rewarm: false },
    };
    await askObject(this.env.EVENTS, id, (event) => event.accept(id, request));
  }

  /** Brings the gates all lifetimes that are not as configured; twice is once. */
  async #lengthen(): Promise<void> {
    const factors = toLifetimeFactors(this.#kept.keeping);
    const version = Math.max(this.#kept.book.version + 1, readClockMs());
    const book: LifetimeBook = { contract: CONTRACT_VERSION, version, factors };
    await this.#keep({ ...this.#kept, book });
    const results = await Promise.allSettled(
      this.#regions().map((region) => regionObject(this.env.GATES, region).lengthen(book)),
    );
    const missed = results.filter(({ status }) => status === "rejected").length;
    if (missed > 0) this.#log.warn("lifetimes not delivered", { regions: missed, version });
  }

  async #tell({ channel, effect }: RemedyNote): Promise<void> {
    const { kind } = effect;
    const ratio = "ratio" in effect ? Math.round(effect.ratio * 1_000) / 1_000 : null;
    const leading = "leading" in effect ? effect.leading : null;
    const factor = "factor" in effect ? effect.factor : null;
    const entry = {
      kind: "hit-ratio",
      actor: "hot-keeper",
      ...{ channelId: channel, originId: null, region: null },
      from: null,
      to: kind === "report" ? "low" : kind === "recovered" ? "good" : kind,
      reason: kind,
      inputs: { ratio, leading, factor },
    } as const;
    await askMain(this.env.HEALTH, (health) => health.note(entry));
  }

  async #forgetEvents(): Promise<void> {
    const untilMs = readClockMs() - EVENT_KEPT_MS;
    const old = this.#kept.events.filter(({ atMs }) => atMs < untilMs);
    if (old.length === 0) return;
    const events = this.#kept.events.filter(({ atMs }) => atMs >= untilMs);
    await this.#keep({ ...this.#kept, events });
    await Promise.allSettled(old.map(({ id }) => this.env.EVENTS.getByName(id).remove()));
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    await this.ctx.storage.put("kept", kept);
  }

  #regions(): string[] {
    return this.env.WEIR_REGIONS.split(",").filter((region) => region !== "");
  }
}
