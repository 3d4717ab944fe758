// One history from one seed: the channel, its origins and all that will go wrong, decided before
// the first playlist is fetched. Shares are chosen so that every pair of oddities meets some
// hundreds of times in 100,000 histories, and so that most histories are short.

import { countOrigins, toDated } from "./census.ts";
import { Chance } from "./chance.ts";
import type { Break, EncoderPlan, Rendition } from "./encoder.ts";
import { Encoder } from "./encoder.ts";
import { Origin } from "./origin.ts";
import type { PackagerPlan, Run } from "./packager.ts";
import { Packager } from "./packager.ts";
import { planBreaks, planPattern, planSpans, planWhims } from "./troubles.ts";

export interface World {
  readonly seed: number;
  readonly renditions: readonly Rendition[];
  readonly origins: readonly Origin[];
  readonly encoders: readonly Encoder[];
  readonly replicas: "identical" | "independent" | "auto";
  readonly steps: number;
  /** Time between two rounds of polls. */
  readonly stepMs: number;
  /** Share of steps at which an origin that nobody reads is looked at. */
  readonly probePercent: number;
  /** Share of polls of a rendition that get what was said a segment ago, or nothing. */
  readonly latePercent: number;
  readonly skippedPercent: number;
  /** Steps at which somebody chooses an origin for no reason. */
  readonly whims: ReadonlyMap<number, number>;
  /** Steps between a question about bytes and its answer. */
  readonly proofSteps: number;
  /** Steps at which the state is written down and read back. */
  readonly restarts: ReadonlySet<number>;
  readonly longestMs: number;
  /** Media Sequence Number of segment 0 by encoder: the IV of what is encrypted without one. */
  readonly msnBases: ReadonlyMap<number, number>;
  /** How many origins package a run. */
  readonly originsByRun: ReadonlyMap<number, number>;
  /** Encoders whose packagers all write dates. */
  readonly dated: ReadonlySet<number>;
}

const casts: readonly (readonly Rendition[])[] = [
  [{ name: "v0", type: "video" }],
  [{ name: "v0", type: "video" }],
  [
    { name: "v0", type: "video" },
    { name: "a0", type: "audio" },
  ],
  [
    { name: "v0", type: "video" },
    { name: "v1", type: "video" },
    { name: "a0", type: "audio" },
    { name: "s0", type: "subtitles" },
  ],
];

interface Draft {
  readonly chance: Chance;
  readonly renditions: readonly Rendition[];
  readonly encoders: Encoder[];
  readonly msnBases: Map<number, number>;
  readonly breaks: readonly Break[];
  readonly partMs: number;
  readonly pattern: readonly number[];
  readonly horizonMs: number;
  /** Programme before the history begins, so that windows are full. */
  readonly leadMs: number;
  readonly window: number;
  readonly event: boolean;
  readonly encryption: EncoderPlan["encryption"];
  readonly maps: EncoderPlan["maps"];
  readonly fileSegments: number;
  readonly dates: PackagerPlan["dates"];
  readonly dateRanges: PackagerPlan["dateRanges"];
  /** All origins package one encoder, and the operator says so. */
  readonly identical: boolean;
}

export function planWorld(seed: number): World {
  const chance = new Chance(seed);
  const renditions = chance.pick(casts);
  const partMs = chance.percent(12) ? 500 : 0;
  const segmentMs = partMs > 0 ? 2000 : chance.pick([1000, 2000, 2000, 4000, 6000]);
  const pattern = planPattern(chance, segmentMs, partMs > 0);
  const stepMs = partMs > 0 ? partMs : Math.round(segmentMs * chance.pick([0.5, 1, 1, 1.5]));
  const steps = chance.between(20, partMs > 0 ? 64 : 44);
  const horizonMs = steps * stepMs;
  const event = chance.percent(6);
  const identical = chance.percent(15);
  const leadMs = segmentMs * (event ? 5 : 14);
  const draft: Draft = {
    chance,
    renditions,
    encoders: [],
    msnBases: new Map(),
    breaks: planBreaks(chance, segmentMs, horizonMs, leadMs),
    partMs,
    pattern,
    horizonMs,
    window: chance.between(3, 8),
    leadMs,
    event,
    encryption: chance.pick(["none", "none", "iv", "no-iv"] as const),
    maps: partMs > 0 ? "one" : chance.pick(["none", "one", "per-break"] as const),
    fileSegments: partMs === 0 && chance.percent(15) ? chance.between(2, 4) : 0,
    dates: chance.pick(["every", "every", "first", "sparse", "none"] as const),
    dateRanges: identical ? "equal" : chance.pick(["none", "equal", "own"] as const),
    identical,
  };
  const count = chance.pick([1, 2, 2, 2, 3, 3, 4]);
  const origins: Origin[] = [];
  for (let index = 0; index < count; index += 1) origins.push(planOrigin(draft, index));
  return {
    seed,
    renditions,
    origins,
    encoders: draft.encoders,
    replicas: draft.identical
      ? "identical"
      : chance.pick(["auto", "auto", "auto", "independent"] as const),
    steps,
    stepMs,
    probePercent: chance.pick([100, 60, 30]),
    latePercent: chance.pick([0, 0, 10]),
    skippedPercent: chance.pick([0, 0, 15]),
    whims: planWhims(chance, steps, count),
    proofSteps: chance.between(0, 4),
    restarts: new Set(chance.percent(15) ? [chance.under(steps)] : []),
    msnBases: draft.msnBases,
    originsByRun: countOrigins(origins),
    dated: toDated(origins),
    longestMs: Math.max(...draft.encoders.flatMap(({ plan }) => plan.pattern)),
  };
}

function planEncoder(draft: Draft, changes: Partial<EncoderPlan>): Encoder {
  const { chance, pattern, breaks, partMs, encryption, maps, fileSegments } = draft;
  const plan: EncoderPlan = {
    id: draft.encoders.length,
    startMs: -draft.leadMs,
    endMs: Number.POSITIVE_INFINITY,
    pattern,
    audioFrames: partMs === 0 && chance.percent(40),
    breaks,
    encryption,
    keySegments: chance.between(3, 9),
    maps,
    fileSegments,
    partMs,
    skewMs: chance.pick([0, 0, 0, chance.between(-200, 200), chance.between(-30_000, 30_000)]),
    // Shaka adds parts twice where dates and durations part, whoever's playlist it is.
    driftPpm: partMs > 0 ? 0 : chance.pick([0, 0, 0, 500]),
    ...changes,
  };
  const encoder = new Encoder(plan);
  draft.encoders.push(encoder);
  return encoder;
}

/** An encoder for an origin of its own: same programme, other bytes, sometimes other habits. */
function planIndependentEncoder(draft: Draft): Encoder {
  const { chance, pattern, maps, encryption, fileSegments } = draft;
  const segmentMs = pattern[0] as number;
  const habits = draft.partMs === 0 && chance.percent(25);
  const isShifted = chance.percent(40);
  const shift = draft.partMs > 0 ? chance.under(4) * draft.partMs : chance.under(segmentMs);
  return planEncoder(draft, {
    startMs: -draft.leadMs + (isShifted ? shift : 0),
    pattern: habits ? [segmentMs * chance.pick([0.5, 1, 1.5, 2])] : pattern,
    maps: habits ? chance.pick(["per-break", maps, maps, "none"] as const) : maps,
    encryption: habits ? chance.pick(["none", "iv", "no-iv"] as const) : encryption,
    fileSegments: habits ? chance.pick([0, 3]) : fileSegments,
    partMs: chance.percent(90) ? draft.partMs : 0,
  });
}

function planOrigin(draft: Draft, index: number): Origin {
  const { chance, horizonMs, partMs } = draft;
  const segmentMs = draft.pattern[0] as number;
  const isReplica = index > 0 && (draft.identical || chance.percent(45));
  const first = draft.encoders[0];
  const encoder =
    first === undefined
      ? planEncoder(draft, {})
      : isReplica
        ? first
        : planIndependentEncoder(draft);
  const tag = `o${index}-`;
  const hasOwnNames = index > 0 && chance.percent(40);
  // Without dates identical origins can be laid over each other by their numbers alone.
  const isNumbered = draft.identical && draft.dates === "none";
  const own = index > 0 && !isNumbered && chance.percent(40) ? chance.under(100_000) : 700;
  const base: Run = {
    encoder,
    fromMs: Number.NEGATIVE_INFINITY,
    msnBase: toMsnBase(draft, encoder, own),
    nameTag: hasOwnNames ? tag : "",
  };
  const lagMs =
    partMs > 0 ? chance.pick([0, 0, partMs, 2000]) : chance.pick([0, 0, 0.5, 1, 2, 3]) * segmentMs;
  const dates = draft.identical || chance.percent(85) ? draft.dates : "none";
  const plan: PackagerPlan = {
    runs: planRuns(draft, base),
    names: chance.percent(25) ? "time" : "number",
    lagMs: 200 + lagMs,
    windowSegments: Math.max(draft.window, toLeastWindow(encoder)) + chance.pick([0, 0, 2]),
    dates,
    event: draft.event,
    endsAtMs: chance.percent(8) ? chance.under(horizonMs) : Number.POSITIVE_INFINITY,
    dateRanges: dates === "none" ? "none" : draft.dateRanges,
    tag,
    bitrate: chance.percent(20),
    folders: new Map(
      hasOwnNames && chance.percent(40)
        ? [
            ["v0", "hi"],
            ["a0", "sound"],
          ]
        : [],
    ),
  };
  const nodes = [new Packager(plan)];
  let flips: boolean[] = [];
  if (!draft.identical && chance.percent(8)) {
    nodes.push(planSecondNode(draft, plan));
    flips = Array.from({ length: 7 }, () => chance.percent(40));
  }
  const isPoor = index > 0 && draft.renditions.length > 2 && chance.percent(15);
  return new Origin({
    id: "abcd"[index] as string,
    nodes,
    flips,
    renditions: isPoor ? draft.renditions.slice(0, -1) : draft.renditions,
    frozen: planSpans(chance, horizonMs, segmentMs, index === 0 ? 35 : 12),
    dead: planSpans(chance, horizonMs, segmentMs, index === 0 ? 35 : 12),
  });
}

/** Segments that make three target durations whichever they are (bis-22 6.2.2). */
function toLeastWindow({ plan: { pattern } }: Encoder): number {
  const targetMs = Math.max(1, Math.round(Math.max(...pattern) / 1000)) * 1000;
  const meanMs = pattern.reduce((sum, each) => sum + each, 0) / pattern.length;
  return Math.ceil((3 * targetMs) / meanMs) + 1;
}

/** The same run later, or a run of another encoder under the same URL. */
function planSecondNode(draft: Draft, plan: PackagerPlan): Packager {
  const { chance } = draft;
  const segmentMs = draft.pattern[0] as number;
  if (chance.percent(60)) {
    return new Packager({ ...plan, lagMs: plan.lagMs + chance.between(1, 3) * segmentMs });
  }
  const [run] = plan.runs as readonly [Run];
  const encoder = planIndependentEncoder(draft);
  // Without other names or numbers no reader of playlists could tell the two apart.
  const isNumbered = chance.percent(50);
  const nameTag = isNumbered ? run.nameTag : `${run.nameTag}n-`;
  const own = isNumbered ? run.msnBase + chance.between(1000, 90_000) : run.msnBase;
  const msnBase = toMsnBase(draft, encoder, own);
  return new Packager({ ...plan, runs: [{ ...run, encoder, msnBase, nameTag }] });
}

/** Bytes that were encrypted with their number as IV are the same bytes under that number only. */
function toMsnBase(draft: Draft, encoder: Encoder, own: number): number {
  const known = draft.msnBases.get(encoder.plan.id);
  if (known !== undefined && encoder.plan.encryption === "no-iv") return known;
  if (known === undefined) draft.msnBases.set(encoder.plan.id, own);
  return own;
}

/** The first run, and sometimes a second one that begins again after a crash. */
function planRuns(draft: Draft, base: Run): readonly Run[] {
  const { chance, horizonMs } = draft;
  if (draft.identical || !chance.percent(14)) return [base];
  const segmentMs = base.encoder.plan.pattern[0] as number;
  const crashMs = chance.under(horizonMs);
  const outageMs = chance.pick([0, 1, 3]) * segmentMs;
  const encoder = planEncoder(draft, {
    ...base.encoder.plan,
    id: draft.encoders.length,
    startMs: crashMs + outageMs,
  });
  // Numbers that went on as if nothing had been would tell no reader of it.
  const isFromZero = chance.percent(85);
  const msnBase = isFromZero ? 0 : base.msnBase + 5000;
  draft.msnBases.set(encoder.plan.id, msnBase);
  const nameTag =
    isFromZero && chance.percent(50) ? base.nameTag : `${base.nameTag}r${encoder.plan.id}-`;
  // It speaks again when its first segment is whole; until then the last window stands.
  const fromMs = encoder.plan.startMs + segmentMs + 200;
  const gone = { ...base, encoder: new Encoder({ ...base.encoder.plan, endMs: crashMs }) };
  return [gone, { encoder, fromMs, msnBase, nameTag }];
}
