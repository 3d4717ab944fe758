// Turns sightings into verdicts, verdicts into a policy, and brings the policy to every region.
//
// One object, because one writer is what keeps the policy's versions in order. The judgement is in
// core/health; this shell keeps the state, asks for decisions and carries them out. Its memory is
// rebuilt from storage after a restart; verdicts are not stored, since probers tell them anew.

import { DurableObject } from "cloudflare:workers";
import type { Catalog, Channel } from "../core/config/catalog.ts";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import type { ChannelChoice, Policy } from "../core/contract/policy.ts";
import { decideChoice } from "../core/health/choice.ts";
import { applySighting, type OriginHealth, toUnknownHealth } from "../core/health/detector.ts";
import { planProbers } from "../core/health/probes.ts";
import { toMembership, toRenumberedAll } from "../core/health/renumber.ts";
import type { Sighting, SightingRole } from "../core/health/sighting.ts";
import { applyMarks, type TimelineState } from "../core/health/timelines.ts";
import { readClockMs } from "../platform/clock.ts";
import { makeLog } from "../platform/log.ts";
import { regionObject } from "../platform/objects.ts";
import { POLICY_KEY } from "../platform/policy-source.ts";
import type { Env } from "./env.ts";
import { MAIN } from "./object-names.ts";

/** How often an unchanged policy is confirmed to the gates, which makes its age honest. */
const CONFIRM_MS = 5_000;

/** Calls to one gate per publication. */
const PUBLISH_ATTEMPTS_MAX = 3;

export interface HealthRow {
  readonly channelId: string;
  readonly originId: string;
  readonly role: SightingRole;
  readonly health: OriginHealth;
}

export interface HealthView {
  readonly catalog: Catalog | null;
  readonly policy: Policy | null;
  readonly rows: readonly HealthRow[];
  readonly nowMs: number;
}

export class HealthCentre extends DurableObject<Env> {
  #catalog: Catalog | null = null;
  #policy: Policy | null = null;
  #timelines = new Map<string, TimelineState>();
  readonly #health = new Map<string, HealthRow>();
  readonly #log = makeLog(undefined);

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#catalog = (await context.storage.get<Catalog>("catalog")) ?? null;
      this.#policy = (await context.storage.get<Policy>("policy")) ?? null;
      this.#timelines =
        (await context.storage.get<Map<string, TimelineState>>("timelines")) ?? new Map();
    });
  }

  /** Takes a catalog into force: numbers new channels, sends out probers, publishes. */
  async useCatalog(version: number, catalog: Catalog): Promise<void> {
    const former = this.#catalog;
    this.#catalog = catalog;
    const kept = toRenumberedAll(this.#timelines, former, catalog);
    this.#timelines = kept;
    await this.ctx.storage.put({ catalog, timelines: kept });
    await this.#decide(version, true);
    await this.#sendProbers(former, catalog);
    this.ctx.waitUntil(this.#sendListers(catalog));
    await this.ctx.storage.setAlarm(readClockMs() + CONFIRM_MS);
  }

  /** Takes what a prober saw. */
  async report(sightings: readonly Sighting[]): Promise<void> {
    if (this.#catalog === null || this.#policy === null) return;
    const nowMs = readClockMs();
    let moved = false;
    for (const sighting of sightings) {
      const channel = this.#catalog.channels.find(({ id }) => id === sighting.channelId);
      if (channel === undefined) continue;
      const key = toRowKey(sighting.channelId, sighting.originId, sighting.role);
      const before = this.#health.get(key)?.health ?? toUnknownHealth(nowMs);
      const health = applySighting(before, sighting.outcome, channel.mode, nowMs);
      this.#health.set(key, { ...sighting, health });
      moved = this.#align(channel, sighting) || moved;
    }
    if (moved) await this.ctx.storage.put("timelines", this.#timelines);
    await this.#decide(this.#policy.catalogVersion, false);
  }

  /** Everything the API shows. */
  view(): HealthView {
    return {
      catalog: this.#catalog,
      policy: this.#policy,
      rows: [...this.#health.values()],
      nowMs: readClockMs(),
    };
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(readClockMs() + CONFIRM_MS);
    if (this.#policy === null || this.#catalog === null) return;
    await this.#publish(this.#policy, this.#catalog, false);
    // A prober that was lost is called back to work; one that works takes no notice.
    await this.#sendProbers(this.#catalog, this.#catalog);
  }

  /** Whether the membership of the channel's timelines changed. */
  #align(channel: Channel, sighting: Sighting): boolean {
    const state = this.#timelines.get(channel.id);
    if (state === undefined || sighting.outcome.kind !== "playlist") return false;
    if (!channel.origins.some(({ id }) => id === sighting.originId)) return false;
    const { replicas } = channel.policy;
    const next = applyMarks(state, replicas, sighting.originId, sighting.outcome.marks);
    this.#timelines.set(channel.id, next);
    return toMembership(next) !== toMembership(state);
  }

  async #decide(catalogVersion: number, force: boolean): Promise<void> {
    const catalog = this.#catalog;
    if (catalog === null) return;
    const nowMs = readClockMs();
    const channels = catalog.channels.map((channel) => this.#choose(channel, nowMs));
    const before = this.#policy;
    if (!force && JSON.stringify(before?.channels) === JSON.stringify(channels)) return;
    const policy: Policy = {
      contract: CONTRACT_VERSION,
      // Follows the clock, so that versions go on rising even if this object's storage is lost
      // while gates and edges still hold the old ones.
      version: Math.max((before?.version ?? 0) + 1, nowMs),
      catalogVersion,
      channels,
      querySecret: before?.querySecret ?? makeSecret(),
    };
    this.#policy = policy;
    await this.ctx.storage.put("policy", policy);
    await this.#publish(policy, catalog, true);
  }

  #choose(channel: Channel, nowMs: number): ChannelChoice {
    const verdicts = new Map(
      channel.origins.map(({ id }) => [
        id,
        this.#health.get(toRowKey(channel.id, id, "playlists"))?.health.verdict ?? "unknown",
      ]),
    );
    const input = {
      id: channel.id,
      preference: channel.origins.map(({ id }) => id),
      timelines: this.#timelines.get(channel.id)?.timelines ?? [],
      verdicts,
    };
    const previous = this.#policy?.channels.find(({ id }) => id === channel.id) ?? null;
    return decideChoice(input, previous, nowMs);
  }

  /** A region that cannot be reached keeps its last policy; the next confirmation tries again. */
  async #publish(policy: Policy, catalog: Catalog, copy: boolean): Promise<void> {
    const regions = this.env.WEIR_REGIONS.split(",").filter((region) => region !== "");
    const results = await Promise.allSettled(
      regions.map((region) => this.#publishTo(region, policy, catalog)),
    );
    results.forEach((result, index) => {
      if (result.status === "fulfilled") return;
      this.#log.error("policy not delivered", {
        region: regions[index],
        version: policy.version,
        why: String(result.reason),
      });
    });
    if (!copy) return;
    const text = JSON.stringify({ policy, catalog, writtenAtMs: readClockMs() });
    await this.env.POLICY.put(POLICY_KEY, text).catch((reason) =>
      this.#log.error("cold-start copy not written", { why: String(reason) }),
    );
  }

  /** An object that was just evicted or updated fails one call; a fresh stub finds it again. */
  async #publishTo(region: string, policy: Policy, catalog: Catalog): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await regionObject(this.env.GATES, region).publish(policy, catalog);
      } catch (error) {
        if (attempt >= PUBLISH_ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** Libraries are listed anew; a lister that cannot be reached is asked with the next catalog. */
  async #sendListers(catalog: Catalog): Promise<void> {
    const stores = catalog.origins.filter(({ kind }) => kind === "s3").map(({ id }) => id);
    const libraries = catalog.channels.filter(({ mode, origins }) => {
      return mode === "vod" && origins.some(({ id }) => stores.includes(id));
    });
    await Promise.allSettled(libraries.map(({ id }) => this.env.LISTERS.getByName(id).start()));
  }

  async #sendProbers(former: Catalog | null, catalog: Catalog): Promise<void> {
    const plans = planProbers(catalog);
    const count = Math.max(plans.length, former === null ? 0 : planProbers(former).length);
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        this.env.PROBERS.getByName(`${MAIN}-${index}`).assign(
          plans[index] ?? { intervalMs: catalog.probe.intervalMs, targets: [] },
        ),
      ),
    );
  }
}

/** 244 bits of chance; kept with the policy, so that playlists stay the same for ever. */
function makeSecret(): string {
  return `${crypto.randomUUID()}${crypto.randomUUID()}`;
}

function toRowKey(channelId: string, originId: string, role: SightingRole): string {
  return `${channelId} ${originId} ${role}`;
}
