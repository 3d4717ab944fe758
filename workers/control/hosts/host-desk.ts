// Looks after the delivery hosts that players are steered between: looks at each from outside, as a
// player would, keeps what operators say of them, and brings both to every region's gate. The
// judgement is in core/steer/host-watch.ts. One object, because one writer keeps the versions in
// order; a catalog without pathways lets it sleep.
//
// A host is looked at over its edge's own health page, which also goes through a CDN in front of
// it. What this cannot see is a host that is down for some networks only: players see that, and
// every manifest leaves them all hosts to go to.

import { DurableObject } from "cloudflare:workers";
import type { DeliveryHost } from "../../core/config/catalog.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { PathwayBook } from "../../core/contract/pathways.ts";
import {
  applyHostLook,
  type HostDrain,
  type HostWatch,
  toHostWatches,
  toPathwayStates,
} from "../../core/steer/host-watch.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import { makeLog } from "../../platform/log.ts";
import { regionObject } from "../../platform/objects.ts";
import type { Env } from "../env.ts";

const LOOK_MS = 5_000;
const LOOK_TIMEOUT_MS = 4_000;
/** An unchanged book is sent again so often, for gates that have lost theirs. */
const CONFIRM_MS = 60_000;

interface Kept {
  readonly hosts: readonly DeliveryHost[];
  readonly watches: readonly HostWatch[];
  readonly book: PathwayBook | null;
  /** When something was last said of each pathway; absent: before this was kept. */
  readonly saidAtMs?: Readonly<Record<string, number>>;
}

const NOTHING: Kept = { hosts: [], watches: [], book: null };

/** What others may ask of it; every call may be made twice without harm. */
export interface HostDeskApi {
  /** Takes the hosts of a catalog into force. */
  use(hosts: readonly DeliveryHost[]): Promise<void>;
  /** Everything the API shows; see host-views.ts. */
  view(): Promise<HostDeskView>;
  /**
   * Takes a host out for new answers, or brings it back. Null: the catalog has no such pathway.
   * Running sessions leave it with their next manifest; nothing is cut off.
   */
  drain(id: string, by: string, order: DrainOrder): Promise<HostWatch | null>;
  /**
   * Takes a host out by the word of a lost account; false: the word has ended, or something newer
   * was said here, or the catalog has no such pathway.
   */
  restoreDrain(id: string, drain: HostDrain): Promise<boolean>;
}

export interface HostDeskView {
  readonly hosts: readonly DeliveryHost[];
  readonly watches: readonly HostWatch[];
}

export interface DrainOrder {
  readonly isDrained: boolean;
  /** Null: until it is taken back. */
  readonly forMs: number | null;
}

export class HostDesk extends DurableObject<Env> implements HostDeskApi {
  #kept: Kept = NOTHING;
  #sentAtMs = 0;
  readonly #log = makeLog(undefined);

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    context.blockConcurrencyWhile(async () => {
      this.#kept = (await context.storage.get<Kept>("kept")) ?? NOTHING;
    });
  }

  async use(hosts: readonly DeliveryHost[]): Promise<void> {
    const isIdle = hosts.length === 0 && this.#kept.hosts.length === 0;
    if (isIdle) return;
    const nowMs = readClockMs();
    const watches = toHostWatches(this.#kept.watches, hosts, nowMs);
    await this.#keep({ ...this.#kept, hosts, watches });
    await this.ctx.storage.setAlarm(nowMs);
  }

  async view(): Promise<HostDeskView> {
    const { hosts, watches } = this.#kept;
    return { hosts, watches };
  }

  async drain(id: string, by: string, order: DrainOrder): Promise<HostWatch | null> {
    const nowMs = readClockMs();
    const watch = this.#kept.watches.find((each) => each.id === id);
    if (watch === undefined) return null;
    const untilMs = order.forMs === null ? null : nowMs + order.forMs;
    return await this.#say(watch, order.isDrained ? { by, atMs: nowMs, untilMs } : null, nowMs);
  }

  async restoreDrain(id: string, drain: HostDrain): Promise<boolean> {
    const { atMs, untilMs } = drain;
    const watch = this.#kept.watches.find((each) => each.id === id);
    const isOld = (this.#kept.saidAtMs?.[id] ?? 0) >= atMs;
    const isOver = untilMs !== null && untilMs <= readClockMs();
    if (watch === undefined || watch.drain !== null || isOld || isOver) return false;
    await this.#say(watch, drain, atMs);
    return true;
  }

  async #say(watch: HostWatch, drain: HostDrain | null, atMs: number): Promise<HostWatch> {
    const said = { ...watch, drain };
    const watches = this.#kept.watches.map((each) => (each === watch ? said : each));
    const saidAtMs = { ...this.#kept.saidAtMs, [watch.id]: atMs };
    await this.#keep({ ...this.#kept, watches, saidAtMs });
    await this.#tell();
    return said;
  }

  override async alarm(): Promise<void> {
    const { hosts } = this.#kept;
    // Told once more that there is none: a gate's old book would go on speaking.
    if (hosts.length > 0) await this.ctx.storage.setAlarm(readClockMs() + LOOK_MS);
    const faults = await Promise.all(hosts.map((host) => look(host)));
    const nowMs = readClockMs();
    // What came in meanwhile (another catalog, a drain) is in #kept, not in `hosts`.
    const watches = this.#kept.watches.map((watch) => {
      const index = hosts.findIndex(({ id }) => id === watch.id);
      const fault = faults[index];
      return fault === undefined ? watch : applyHostLook(watch, fault, nowMs);
    });
    this.#kept = { ...this.#kept, watches };
    await this.#tell();
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    await this.ctx.storage.put("kept", kept);
  }

  /** Brings the gates what has changed; one that cannot be reached hears it with the next look. */
  async #tell(): Promise<void> {
    const nowMs = readClockMs();
    const states = toPathwayStates(this.#kept.watches, nowMs);
    const before = this.#kept.book;
    const isNew = JSON.stringify(states) !== JSON.stringify(before?.states);
    if (!isNew && nowMs - this.#sentAtMs < CONFIRM_MS) return;
    const version = isNew ? Math.max((before?.version ?? 0) + 1, nowMs) : (before?.version ?? 0);
    const book: PathwayBook = { contract: CONTRACT_VERSION, version, states };
    if (isNew) await this.#keep({ ...this.#kept, book });
    const regions = this.env.WEIR_REGIONS.split(",").filter((region) => region !== "");
    const results = await Promise.allSettled(
      regions.map((region) => regionObject(this.env.GATES, region).steer(book)),
    );
    const missed = regions.filter((_, index) => results[index]?.status === "rejected");
    if (missed.length === 0) this.#sentAtMs = nowMs;
    else this.#log.error("pathways not delivered", { regions: missed.join(","), version });
  }
}

/** What is wrong with a host; null: nothing. */
async function look({ url }: DeliveryHost): Promise<string | null> {
  const page = `${url}_/healthz`;
  const aborter = new AbortController();
  try {
    const sent = fetch(page, { redirect: "manual", signal: aborter.signal, cache: "no-store" });
    const reply = await within(sent, LOOK_TIMEOUT_MS);
    if (reply === "late") {
      aborter.abort();
      sent.catch(() => undefined);
      return `no answer within ${LOOK_TIMEOUT_MS / 1_000} s`;
    }
    await reply.body?.cancel();
    return reply.status === 200 ? null : `status ${reply.status}`;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : "unreachable";
  }
}
