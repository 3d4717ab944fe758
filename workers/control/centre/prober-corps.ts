// The probers of all regions as the health centre commands them: who looks at what, who has fallen
// silent and is called back to work, and whom a suspicion concerns. A prober goes on by its own
// alarms; it is told its task when that changes, and when nothing was heard of it for a while.

import type { Catalog } from "../../core/config/catalog.ts";
import { type ProberPlan, planProbers } from "../../core/health/probes.ts";
import { LOCATION_HINTS } from "../../platform/objects.ts";
import type { Prober } from "../prober.ts";

/** A prober that has said nothing for so long is told its task again; times the interval. */
const SILENCE_INTERVALS = 8;
const SILENCE_MS_MIN = 15_000;

export interface ProberTask extends ProberPlan {
  readonly region: string;
  readonly name: string;
  /** Whether it also brings what the region's gate has gathered: one prober of each region does. */
  readonly collects: boolean;
}

export class ProberCorps {
  readonly #probers: DurableObjectNamespace<Prober>;
  readonly #regions: readonly string[];
  #tasks: readonly ProberTask[] = [];
  readonly #heardAtMs = new Map<string, number>();

  constructor(probers: DurableObjectNamespace<Prober>, regions: readonly string[]) {
    this.#probers = probers;
    this.#regions = regions;
  }

  /** Tells everybody the tasks of a catalog; who has no work any more is stood down. */
  async use(catalog: Catalog, nowMs: number): Promise<void> {
    const former = this.#tasks;
    this.#tasks = toTasks(catalog, this.#regions);
    const names = new Set(this.#tasks.map(({ name }) => name));
    const idle = former.filter(({ name }) => !names.has(name));
    for (const { name } of idle) this.#heardAtMs.delete(name);
    await this.#assign([...this.#tasks, ...idle.map((task) => ({ ...task, targets: [] }))], nowMs);
  }

  /** Notes that a prober was heard. */
  hear(name: string, nowMs: number): void {
    this.#heardAtMs.set(name, nowMs);
  }

  /** Calls back to work who was not heard for too long. */
  async wake(nowMs: number): Promise<void> {
    const silent = this.#tasks.filter(({ name, intervalMs }) => {
      const agoMs = nowMs - (this.#heardAtMs.get(name) ?? Number.NEGATIVE_INFINITY);
      return agoMs > Math.max(SILENCE_MS_MIN, SILENCE_INTERVALS * intervalMs);
    });
    await this.#assign(silent, nowMs);
  }

  /** Lets every prober of an origin look now. */
  async suspect(originId: string): Promise<void> {
    const concerned = this.#tasks.filter(({ targets }) =>
      targets.some(({ origin }) => origin.id === originId),
    );
    await Promise.allSettled(concerned.map((task) => this.#object(task).suspect(originId)));
  }

  async #assign(tasks: readonly ProberTask[], nowMs: number): Promise<void> {
    for (const { name } of tasks) this.#heardAtMs.set(name, nowMs);
    await Promise.allSettled(tasks.map((task) => this.#object(task).assign(task)));
  }

  #object({ name, region }: ProberTask): DurableObjectStub<Prober> {
    const locationHint = LOCATION_HINTS.find((hint) => hint === region);
    return this.#probers.getByName(name, locationHint === undefined ? {} : { locationHint });
  }
}

function toTasks(catalog: Catalog, regions: readonly string[]): readonly ProberTask[] {
  const plans = planProbers(catalog);
  return regions.flatMap((region) =>
    plans.map((plan, index) => ({
      ...plan,
      region,
      name: `probe@${region}/${index}`,
      collects: index === 0,
    })),
  );
}
