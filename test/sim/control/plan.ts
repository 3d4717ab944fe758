// What happens in one history, drawn from its seed before anything runs: the kind of trouble, when
// and where, how bad the network is, whose clocks are wrong. A plan never depends on what the
// machines answer, so a changed machine meets the same world.

import { Chance } from "../ledger/chance.ts";

export const REGIONS = ["enam", "weur", "apac"] as const;
export type Region = (typeof REGIONS)[number];

export const SCENARIOS = [
  "calm",
  "refused",
  "server-errors",
  "hang",
  "refused-quiet",
  "hang-quiet",
  "freeze",
  "blips",
  "flapping",
  "partition-origin",
  "partition-control",
  "brown-out",
  "control-restart",
  "stale-copies",
  "lying-prober",
  "all-down",
  "clock-steps",
  "mixture",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

export type OriginFault = "refused" | "server-errors" | "hang" | "freeze" | "slow";

/** Something that is wrong from one moment to another. */
export type Trouble =
  | {
      readonly kind: "origin";
      readonly origin: string;
      readonly fault: OriginFault;
      readonly fromMs: number;
      readonly toMs: number;
    }
  /** No message passes between the two places. "*" is everybody. */
  | {
      readonly kind: "cut";
      readonly ends: readonly [string, string];
      readonly fromMs: number;
      readonly toMs: number;
    }
  | {
      readonly kind: "restart";
      readonly place: string;
      readonly fromMs: number;
      readonly toMs: number;
    }
  /** A prober that tells the opposite of what it sees. */
  | {
      readonly kind: "lie";
      readonly region: Region;
      readonly lie: "all-dead" | "all-frozen" | "all-well";
      readonly fromMs: number;
      readonly toMs: number;
    }
  | {
      readonly kind: "clock-step";
      readonly place: string;
      readonly byMs: number;
      readonly fromMs: number;
      readonly toMs: number;
    };

export interface Plan {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly origins: readonly {
    readonly id: string;
    readonly region: Region;
    readonly lagMs: number;
  }[];
  readonly replicas: "identical" | "independent" | "auto";
  readonly targetMs: number;
  readonly hasTraffic: boolean;
  /** Share of messages that are lost, and the most that one is late by chance. */
  readonly loss: number;
  readonly jitterMs: number;
  /** Share of messages that are held back for long, so that later ones overtake them. */
  readonly heldBack: number;
  readonly copyLagMs: number;
  readonly skewsMs: ReadonlyMap<string, number>;
  readonly troubles: readonly Trouble[];
  readonly endMs: number;
}

export const WARM_MS = 8_000;
/** Every trouble is over by then, and the network is quiet. */
export const FAULTS_END_MS = 22_000;
export const END_MS = 34_000;

/** The plan of a seed. */
export function planHistory(seed: number): Plan {
  const chance = new Chance(seed);
  const scenario = SCENARIOS[seed % SCENARIOS.length] ?? "calm";
  const isNetworkBad = chance.percent(50);
  const places = [
    "control",
    "coordinator",
    ...REGIONS.flatMap((r) => [`edge-${r}`, `prober-${r}`]),
  ];
  const isQuiet = scenario === "refused-quiet" || scenario === "hang-quiet";
  const targetMs = chance.pick([1_000, 2_000, 2_000, 4_000]);
  const replicas = chance.pick(["identical", "independent", "auto"] as const);
  const count = scenario === "all-down" || chance.percent(70) ? 2 : 3;
  const regions = chance.percent(50) ? REGIONS : ([...REGIONS].reverse() as readonly Region[]);
  const origins = ["east", "west", "south"].slice(0, count).map((id, k) => ({
    id,
    region: regions[k] ?? "enam",
    lagMs: replicas === "identical" ? chance.under(40) : chance.under(200),
  }));
  return {
    seed,
    scenario,
    origins,
    replicas,
    targetMs,
    hasTraffic: !isQuiet,
    loss: isNetworkBad ? chance.next() * 0.02 : 0,
    jitterMs: isNetworkBad ? 5 + chance.under(40) : 3,
    heldBack: isNetworkBad ? chance.next() * 0.03 : 0,
    copyLagMs: 1_000 + chance.under(60_000),
    skewsMs: new Map(places.map((place) => [place, chance.between(-30_000, 30_000)])),
    troubles: planTroubles(
      scenario,
      chance,
      origins.map(({ id }) => id),
    ),
    endMs: END_MS,
  };
}

function planTroubles(
  scenario: Scenario,
  chance: Chance,
  origins: readonly string[],
): readonly Trouble[] {
  const fromMs = WARM_MS + chance.under(4_000);
  const toMs = FAULTS_END_MS - chance.under(2_000);
  const origin = origins[0] ?? "east";
  const one = (fault: OriginFault): Trouble => ({ kind: "origin", origin, fault, fromMs, toMs });
  switch (scenario) {
    case "calm":
      return [];
    case "refused":
    case "server-errors":
    case "hang":
    case "freeze":
      return [one(scenario)];
    case "refused-quiet":
      return [one("refused")];
    case "hang-quiet":
      return [one("hang")];
    case "brown-out":
      return [one("slow")];
    case "blips":
      return planFlaps(chance, origin, 120, 5_000);
    case "flapping":
      return planFlaps(chance, origin, 3_500, 3_500);
    case "partition-origin":
      return [{ kind: "cut", ends: [chance.pick(REGIONS), origin], fromMs, toMs }];
    case "partition-control":
      return [
        { kind: "cut", ends: ["control", chance.pick(REGIONS)], fromMs, toMs },
        { kind: "cut", ends: ["control", chance.pick(REGIONS)], fromMs: fromMs + 2_000, toMs },
      ];
    case "control-restart":
    case "stale-copies":
    case "lying-prober":
    case "all-down":
    case "clock-steps":
      return planPlaces(scenario, chance, origins, { fromMs, toMs });
    case "mixture":
      return planMixture(chance, origins);
  }
}

type PlaceScenario =
  | "control-restart"
  | "stale-copies"
  | "lying-prober"
  | "all-down"
  | "clock-steps";

/** Troubles of more than one place. */
function planPlaces(
  scenario: PlaceScenario,
  chance: Chance,
  origins: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Trouble[] {
  const origin = origins[0] ?? "east";
  const one = (fault: OriginFault): Trouble => ({ kind: "origin", origin, fault, fromMs, toMs });
  switch (scenario) {
    case "control-restart":
      return [
        one(chance.pick(["refused", "hang"])),
        { kind: "restart", place: "control", fromMs: fromMs + chance.under(3_000), toMs: fromMs },
        { kind: "restart", place: "coordinator", fromMs: fromMs + chance.under(9_000), toMs },
      ];
    case "stale-copies": {
      const [cold, bare] = chance.percent(50)
        ? (["enam", "weur"] as const)
        : (["apac", "enam"] as const);
      return [
        one("refused"),
        { kind: "cut", ends: [`edge-${cold}`, `gate-${cold}`], fromMs: fromMs + 3_000, toMs },
        { kind: "restart", place: `edge-${cold}`, fromMs: fromMs + 4_000, toMs },
        { kind: "cut", ends: ["control", `gate-${bare}`], fromMs: fromMs + 4_000, toMs },
        { kind: "restart", place: `gate-${bare}`, fromMs: fromMs + 5_000, toMs },
      ];
    }
    case "lying-prober": {
      const lie = chance.pick(["all-dead", "all-frozen", "all-well"] as const);
      const told: Trouble = { kind: "lie", region: chance.pick(REGIONS), lie, fromMs, toMs };
      return lie === "all-well" ? [told, one("refused")] : [told];
    }
    case "all-down":
      return origins.map((id, k) => ({
        kind: "origin",
        origin: id,
        fault: chance.pick(["refused", "server-errors", "freeze"] as const),
        fromMs: fromMs + k * chance.under(2_000),
        toMs: toMs - 4_000 - chance.under(2_000),
      }));
    case "clock-steps":
      return ["control", ...REGIONS.map((region) => `prober-${region}`)].map((place) => ({
        kind: "clock-step",
        place,
        // One at a time: two witnesses whose clocks are set within a second are a majority.
        byMs: place === "control" ? 0 : chance.pick([-1, 1]) * chance.between(500, 20_000),
        fromMs: fromMs + REGIONS.findIndex((region) => place.endsWith(region)) * 4_000,
        toMs,
      }));
  }
}

function planFlaps(chance: Chance, origin: string, downMs: number, upMs: number): Trouble[] {
  const found: Trouble[] = [];
  for (let atMs = WARM_MS + chance.under(2_000); atMs < FAULTS_END_MS - downMs; ) {
    const lasts = Math.round(downMs * (0.5 + chance.next() / 2));
    const fault = chance.pick(["refused", "server-errors"] as const);
    found.push({ kind: "origin", origin, fault, fromMs: atMs, toMs: atMs + lasts });
    atMs += lasts + Math.round(upMs * (0.6 + chance.next() * 0.4));
  }
  return found;
}

function planMixture(chance: Chance, origins: readonly string[]): Trouble[] {
  const found: Trouble[] = [];
  for (let count = 0; count < 3 + chance.under(3); count += 1) {
    const fromMs = WARM_MS + chance.under(8_000);
    const toMs = Math.min(FAULTS_END_MS, fromMs + 500 + chance.under(8_000));
    const faults = ["refused", "server-errors", "hang", "freeze", "slow"] as const;
    const ends = ["control", ...origins, ...REGIONS];
    found.push(
      chance.pick<() => Trouble>([
        () => ({
          kind: "origin",
          origin: chance.pick(origins),
          fault: chance.pick(faults),
          fromMs,
          toMs,
        }),
        () => ({ kind: "cut", ends: [chance.pick(ends), chance.pick(REGIONS)], fromMs, toMs }),
        () => ({ kind: "restart", place: chance.pick(["control", "coordinator"]), fromMs, toMs }),
        () => ({ kind: "lie", region: chance.pick(REGIONS), lie: "all-dead", fromMs, toMs }),
      ])(),
    );
  }
  return found;
}
