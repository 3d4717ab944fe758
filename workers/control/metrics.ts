// Metrics in Prometheus text format 0.0.4, from the state of health and the counters of the data
// plane. Which metrics there are is in metric-list.ts; this file says where their values come
// from. It does NOT compute ratios: a scraper can, over any window (infra/docs/metrics.md).

import { DELIVERY_STATES, type DeliveryState } from "../core/alert/delivery.ts";
import { PATHWAY_VERDICTS, type PathwayState } from "../core/contract/pathways.ts";
import { TALLY_LABELS, type TallyFamily, type TallyRow } from "../core/contract/tally.ts";
import { VERDICTS } from "../core/health/verdict.ts";
import { addLog2, toLog2Bound } from "../core/telemetry/histogram.ts";
import { type CrowdSources, type Sample, toCrowdSamples } from "./crowd-metrics.ts";
import type { ShownHealth } from "./health-centre.ts";
import { METRICS, type MetricName } from "./metric-list.ts";
import { type PreloadSources, toPreloadSamples } from "./preload-metrics.ts";

interface Timing {
  readonly labels: Readonly<Record<string, string>>;
  readonly log2: readonly number[];
  readonly sumMs: number;
}

/** What one region's gate has counted and holds; null: it cannot be reached. */
export interface RegionTally {
  readonly region: string;
  readonly rows: readonly TallyRow[] | null;
  /** How old the policy is that it holds; null: it has none, or did not say. */
  readonly policyAgeMs: number | null;
}

export interface MetricSources {
  readonly view: ShownHealth;
  readonly tallies: readonly RegionTally[];
  readonly pathways: readonly PathwayState[];
  readonly alerts: Readonly<Record<DeliveryState, number>> | null;
  readonly crowd: CrowdSources;
  readonly preload: PreloadSources;
}

/** Prints every metric that has something to say. */
export function printMetrics(sources: MetricSources): string {
  const { view, tallies, pathways, alerts, crowd, preload } = sources;
  const rows = toRegionRows(tallies);
  const requests = rows.filter(({ row }) => row.family === "requests");
  const egress = rows.filter(({ row }) => row.family === "egress");
  return [
    ...toHealthTexts(view),
    printSamples(
      "weir_gate_up",
      tallies.map((tally) => ({
        labels: { region: tally.region },
        value: tally.rows === null ? 0 : 1,
      })),
    ),
    printSamples("weir_policy_age_seconds", toPolicyAges(tallies)),
    printSamples("weir_requests_total", toCounts(requests)),
    printSamples("weir_requests_bytes_total", toBytes(requests)),
    printHistogram("weir_request_duration_seconds", toTimings(requests, ["channel", "kind"])),
    printSamples("weir_tier_requests_total", toTiers(requests)),
    printSamples("weir_egress_total", toCounts(egress)),
    printSamples("weir_egress_bytes_total", toBytes(egress)),
    printHistogram("weir_egress_duration_seconds", toTimings(egress, ["origin", "cause"])),
    ...PLAIN.map(([family, name]) =>
      printSamples(name, toCounts(rows.filter(({ row }) => row.family === family))),
    ),
    printSamples(
      "weir_pathway_verdict",
      pathways.flatMap(({ id, verdict }) =>
        PATHWAY_VERDICTS.map((each) => ({
          labels: { pathway: id, verdict: each },
          value: each === verdict ? 1 : 0,
        })),
      ),
    ),
    printSamples(
      "weir_pathway_drained",
      pathways.map(({ id, isDrained }) => ({ labels: { pathway: id }, value: isDrained ? 1 : 0 })),
    ),
    ...[...toCrowdSamples(crowd), ...toPreloadSamples(preload)].map(([name, samples]) =>
      printSamples(name, samples),
    ),
    printSamples(
      "weir_alerts",
      alerts === null
        ? []
        : DELIVERY_STATES.map((state) => ({ labels: { state }, value: alerts[state] })),
    ),
  ].join("");
}

const PLAIN = [
  ["prefetches", "weir_prefetches_total"],
  ["lifetimes", "weir_lifetimes_total"],
  ["sessions", "weir_sessions_total"],
  ["faults", "weir_origin_faults_total"],
  ["rescues", "weir_rescues_total"],
  ["relays", "weir_relay_calls_total"],
  ["playback", "weir_playback_reports_total"],
  ["steering", "weir_steering_total"],
] as const satisfies readonly (readonly [TallyFamily, MetricName])[];

function toHealthTexts(view: ShownHealth): readonly string[] {
  const { policy, nowMs } = view;
  const rows = view.rows.map(({ channelId, originId, role, health }) => ({
    labels: { channel: channelId, origin: originId, role },
    health,
  }));
  type Health = (typeof rows)[number]["health"];
  const of = (value: (health: Health) => number | null) =>
    rows.flatMap(({ labels, health }) => {
      const known = value(health);
      return known === null ? [] : [{ labels, value: known }];
    });
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);
  const choices = policy?.channels ?? [];
  return [
    printSamples(
      "weir_origin_verdict",
      rows.flatMap(({ labels, health }) =>
        VERDICTS.map((verdict) => ({
          labels: { ...labels, verdict },
          value: health.verdict === verdict ? 1 : 0,
        })),
      ),
    ),
    printSamples(
      "weir_origin_latency_seconds",
      of(({ latencyMs }) => seconds(latencyMs)),
    ),
    printSamples(
      "weir_origin_playlist_age_seconds",
      of(({ advancedAtMs }) => seconds(advancedAtMs === null ? null : nowMs - advancedAtMs)),
    ),
    printSamples(
      "weir_origin_media_sequence",
      of(({ lastMsn }) => lastMsn),
    ),
    printSamples(
      "weir_channel_current_timeline",
      choices.map(({ id, current }) => ({ labels: { channel: id }, value: current })),
    ),
    printSamples(
      "weir_channel_choice_age_seconds",
      choices.map(({ id, reason, changedAtMs }) => ({
        labels: { channel: id, reason },
        value: Math.max(0, nowMs - changedAtMs) / 1_000,
      })),
    ),
    printSamples(
      "weir_network_troubled",
      (policy?.networks ?? []).map(({ region, host, network }) => ({
        labels: { region, host, network: String(network) },
        value: 1,
      })),
    ),
    printSamples("weir_policy_version", toOne(policy?.version)),
    printSamples("weir_catalog_version", toOne(policy?.catalogVersion)),
  ];
}

function toOne(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

function toPolicyAges(tallies: readonly RegionTally[]): readonly Sample[] {
  return tallies.flatMap(({ region, policyAgeMs }) =>
    policyAgeMs === null ? [] : [{ labels: { region }, value: policyAgeMs / 1_000 }],
  );
}

interface RegionRow {
  readonly row: TallyRow;
  readonly labels: Readonly<Record<string, string>>;
}

/** Every row of a family that this build knows, with its labels by name. */
function toRegionRows(tallies: readonly RegionTally[]): readonly RegionRow[] {
  return tallies.flatMap(({ region, rows }) =>
    (rows ?? []).flatMap((row) => {
      if (!Object.hasOwn(TALLY_LABELS, row.family)) return [];
      const names = TALLY_LABELS[row.family as TallyFamily];
      const pairs = names.map((name, index) => [name, row.labels[index] ?? ""] as const);
      return [{ row, labels: { region, ...Object.fromEntries(pairs) } }];
    }),
  );
}

function toCounts(rows: readonly RegionRow[]): readonly Sample[] {
  return rows.map(({ row, labels }) => ({ labels, value: row.count }));
}

function toBytes(rows: readonly RegionRow[]): readonly Sample[] {
  return rows.map(({ row, labels }) => ({ labels, value: row.bytes }));
}

/** Adds rows up over all labels but the region and those that are named. */
function toSums<Sum>(
  rows: readonly RegionRow[],
  toGroup: (labels: RegionRow["labels"]) => Readonly<Record<string, string>>,
  make: () => Sum,
  add: (sum: Sum, row: TallyRow) => void,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly sum: Sum }[] {
  const sums = new Map<string, { labels: Readonly<Record<string, string>>; sum: Sum }>();
  for (const { row, labels } of rows) {
    const group = toGroup(labels);
    const key = JSON.stringify(group);
    const known = sums.get(key) ?? { labels: group, sum: make() };
    add(known.sum, row);
    sums.set(key, known);
  }
  return [...sums.values()];
}

function toTimings(rows: readonly RegionRow[], names: readonly string[]): readonly Timing[] {
  const toGroup = (labels: RegionRow["labels"]) =>
    Object.fromEntries(["region", ...names].map((name) => [name, labels[name] ?? ""]));
  const make = () => ({ log2: [] as number[], sumMs: 0 });
  const sums = toSums(rows, toGroup, make, (sum, row) => {
    addLog2(sum.log2, row.log2);
    sum.sumMs += row.sumMs ?? 0;
  });
  return sums.map(({ labels, sum }) => ({ labels, ...sum }));
}

function toTiers(rows: readonly RegionRow[]): readonly Sample[] {
  const toGroup = ({ region = "", channel = "", kind = "", outcome = "" }) => {
    return { region, channel, kind, tier: toTier(outcome) };
  };
  const make = () => ({ count: 0 });
  const sums = toSums(rows, toGroup, make, (sum, { count }) => {
    sum.count += count;
  });
  return sums.map(({ labels, sum }) => ({ labels, value: sum.count }));
}

/** Who had the bytes, from the word that the edge counts (core/respond/phase.ts). */
function toTier(outcome: string): string {
  const tier = /^(?:hit|stale|error)-(l0|l1|l2|relay|origin)$/.exec(outcome)?.[1];
  if (tier !== undefined) return tier;
  if (outcome.startsWith("http-")) return "error";
  // One fill serves all who joined it, and Workers Cache has tiers of its own.
  if (outcome === "collapsed" || outcome === "through-cache") return outcome;
  return outcome === "other" ? "other" : "origin";
}

function printHead(name: MetricName): string {
  const { help, type } = METRICS[name];
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function printSamples(name: MetricName, samples: readonly Sample[]): string {
  return printHead(name) + samples.map((sample) => printLine(name, sample)).join("");
}

/** Cumulative buckets by powers of two; those below the fastest say nothing. */
function printHistogram(name: MetricName, timings: readonly Timing[]): string {
  const lines = timings.flatMap(({ labels, log2, sumMs }) => {
    let count = 0;
    const buckets = Array.from(log2, (of = 0, slot) => {
      count += of;
      const le = String(toLog2Bound(slot) / 1_000);
      return count === 0
        ? ""
        : printLine(`${name}_bucket`, { labels: { ...labels, le }, value: count });
    });
    if (count === 0) return [];
    return [
      ...buckets,
      printLine(`${name}_bucket`, { labels: { ...labels, le: "+Inf" }, value: count }),
      printLine(`${name}_sum`, { labels, value: sumMs / 1_000 }),
      printLine(`${name}_count`, { labels, value: count }),
    ];
  });
  return printHead(name) + lines.join("");
}

function printLine(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
