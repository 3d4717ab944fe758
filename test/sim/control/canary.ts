// Machines that are broken on purpose, each in one way that others have been broken: every one must
// be found out by a law. A judge that lets one live is blind.

import type { HeldVersion } from "../../../workers/core/cache/live-shelf.ts";
import { applyCentreEvent } from "../../../workers/core/health/centre/apply.ts";
import type { Centre, CentreEffect } from "../../../workers/core/health/centre/centre.ts";
import { applyLookEvent } from "../../../workers/core/health/looks.ts";
import type { Law } from "./judge.ts";
import { MACHINES, type Machines } from "./machines.ts";
import type { Scenario } from "./plan.ts";

export interface Canary {
  readonly name: string;
  /** The law that has to find it, and where it can be seen. */
  readonly law: Law;
  readonly scenario: Scenario;
  readonly machines: Machines;
}

type ApplyCentre = typeof applyCentreEvent;

/** The real centre, with something done to what goes in or comes out. */
function makeCentre(
  before: (centre: Centre) => Centre,
  after: (effect: CentreEffect) => CentreEffect,
): ApplyCentre {
  return (centre, event, nowMs) => {
    const step = applyCentreEvent(before(centre), event, nowMs);
    return { centre: step.centre, effects: step.effects.map(after) };
  };
}

const same = <T>(value: T): T => value;

export const CANARIES: readonly Canary[] = [
  {
    name: "one region is enough to condemn an origin",
    law: "false-switch",
    scenario: "partition-origin",
    machines: {
      ...MACHINES,
      applyCentreEvent: makeCentre(
        (centre) => ({ ...centre, quorum: { ...centre.quorum, regionsMin: 1 } }),
        same,
      ),
    },
  },
  {
    name: "and a lying one is believed",
    law: "false-switch",
    scenario: "lying-prober",
    machines: {
      ...MACHINES,
      applyCentreEvent: makeCentre(
        (centre) => ({ ...centre, quorum: { ...centre.quorum, regionsMin: 1 } }),
        same,
      ),
    },
  },
  {
    name: "a playlist that stands still is well",
    law: "freeze-decided",
    scenario: "freeze",
    machines: {
      ...MACHINES,
      tell: (outcome) => (outcome.kind === "playlist" ? { ...outcome, ended: true } : outcome),
    },
  },
  {
    name: "one look in eight seconds",
    law: "hard-down-decided",
    scenario: "hang-quiet",
    machines: {
      ...MACHINES,
      applyLookEvent: (looks, event, nowMs) =>
        applyLookEvent({ ...looks, intervalMs: 8_000 }, event, nowMs),
    },
  },
  {
    name: "edges' troubles are not listened to",
    law: "hard-down-decided",
    scenario: "hang",
    machines: {
      ...MACHINES,
      applyCentreEvent: (centre, event, nowMs) =>
        event.kind === "reports" ? { centre, effects: [] } : applyCentreEvent(centre, event, nowMs),
    },
  },
  {
    name: "slow is dead",
    law: "slow-is-not-dead",
    scenario: "brown-out",
    machines: {
      ...MACHINES,
      tell: (outcome) =>
        outcome.latencyMs > 400
          ? { kind: "failed", latencyMs: 400, failure: "timeout", detail: "impatient" }
          : outcome,
    },
  },
  {
    name: "who is red is taken out of the order",
    law: "all-out",
    scenario: "all-down",
    machines: {
      ...MACHINES,
      applyCentreEvent: (centre, event, nowMs) => {
        const step = applyCentreEvent(centre, event, nowMs);
        return {
          centre: step.centre,
          effects: step.effects.map((each) => takeOut(each, step.centre)),
        };
      },
    },
  },
  {
    name: "an older copy is taken for the newest policy",
    law: "policy-back",
    scenario: "stale-copies",
    machines: { ...MACHINES, decidePolicySuccession: () => "newer" },
  },
  {
    name: "every other policy is dropped and confirmed all the same",
    law: "one-policy",
    scenario: "partition-control",
    machines: {
      ...MACHINES,
      decidePolicySuccession: (held, offered) =>
        held !== null && offered.version % 2 === 1
          ? "refused"
          : MACHINES.decidePolicySuccession(held, offered),
    },
  },
  {
    name: "an isolate shows what it had long ago",
    law: "numbers-back",
    scenario: "calm",
    machines: { ...MACHINES, applyNews: makeForgetfulShelf() },
  },
];

/** Every hundredth answer puts the first version of all back on the shelf. */
function makeForgetfulShelf(): Machines["applyNews"] {
  let [first, count]: [HeldVersion | null, number] = [null, 0];
  return (held, news, nowMs) => {
    const next = MACHINES.applyNews(held, news, nowMs);
    first ??= next.version;
    count += 1;
    return count % 100 === 0 ? { ...next, version: first } : next;
  };
}

function takeOut(effect: CentreEffect, centre: Centre): CentreEffect {
  if (effect.kind !== "publish") return effect;
  const channels = effect.policy.channels.map((choice) => ({
    ...choice,
    timelines: choice.timelines.map((timeline) => ({
      ...timeline,
      origins: timeline.origins.filter(
        (id) => centre.world.get(choice.id)?.get(id)?.verdict !== "red",
      ),
    })),
  }));
  return { ...effect, policy: { ...effect.policy, channels } };
}
