// Metrics in Prometheus text format. Names are stable. Labels of health are ids of the catalog;
// those of the data plane are bounded by the tallies of its gates (core/telemetry/tally.ts).

import { TALLY_LABELS, type TallyFamily, type TallyRow } from "../core/contract/tally.ts";
import { VERDICTS } from "../core/health/verdict.ts";
import { toLog2Bound } from "../core/telemetry/histogram.ts";
import type { HealthView } from "./health-centre.ts";

interface Family {
  readonly name: string;
  /** `gauge` if absent. */
  readonly type?: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** What one region's gate has counted. */
export interface RegionTally {
  readonly region: string;
  readonly rows: readonly TallyRow[];
}

/** Prints the state of health and the counters of the data plane as metrics. */
export function printMetrics(view: HealthView, tallies: readonly RegionTally[] = []): string {
  const rows = view.rows.map((row) => ({
    ...row,
    labels: { channel: row.channelId, origin: row.originId, role: row.role },
  }));
  const families: Family[] = [
    {
      name: "weir_origin_verdict",
      help: "Verdict on an origin for a channel; 1 for the one that holds.",
      samples: rows.flatMap(({ labels, health }) =>
        VERDICTS.map((verdict) => ({
          labels: { ...labels, verdict },
          value: health.verdict === verdict ? 1 : 0,
        })),
      ),
    },
    {
      name: "weir_origin_latency_seconds",
      help: "Latency of the last probe, from dispatch to headers.",
      samples: rows.flatMap(({ labels, health }) =>
        health.latencyMs === null ? [] : [{ labels, value: health.latencyMs / 1_000 }],
      ),
    },
    {
      name: "weir_origin_playlist_age_seconds",
      help: "Time since the playlist was last seen to advance.",
      samples: rows.flatMap(({ labels, health }) =>
        health.advancedAtMs === null
          ? []
          : [{ labels, value: (view.nowMs - health.advancedAtMs) / 1_000 }],
      ),
    },
    {
      name: "weir_origin_media_sequence",
      help: "Media sequence number of the last segment that the origin listed.",
      samples: rows.flatMap(({ labels, health }) =>
        health.lastMsn === null ? [] : [{ labels, value: health.lastMsn }],
      ),
    },
    {
      name: "weir_channel_current_timeline",
      help: "Timeline that feeds the channel's viewers.",
      samples: (view.policy?.channels ?? []).map((choice) => ({
        labels: { channel: choice.id },
        value: choice.current,
      })),
    },
    {
      name: "weir_policy_version",
      help: "Version of the policy that control published last.",
      samples: view.policy === null ? [] : [{ labels: {}, value: view.policy.version }],
    },
    {
      name: "weir_catalog_version",
      help: "Version of the catalog in force.",
      samples: view.policy === null ? [] : [{ labels: {}, value: view.policy.catalogVersion }],
    },
  ];
  const counted = (Object.keys(COUNTED) as TallyFamily[]).flatMap((family) =>
    toCounterFamilies(family, tallies),
  );
  return [...families, ...counted].map(printFamily).join("");
}

/** Name and help of each family of counters, and whether bytes and durations mean anything. */
const COUNTED: Readonly<
  Record<TallyFamily, { readonly name: string; readonly help: string; readonly isTimed: boolean }>
> = {
  requests: {
    name: "weir_requests",
    help: "Requests of viewers, by how they ended: a tier, a miss reason or a status.",
    isTimed: true,
  },
  egress: {
    name: "weir_egress",
    help: "Requests to origins, by what they were for and how they ended.",
    isTimed: true,
  },
  prefetches: {
    name: "weir_prefetches",
    help: "Files fetched before anybody asked, by what told of them.",
    isTimed: false,
  },
};

function toCounterFamilies(family: TallyFamily, tallies: readonly RegionTally[]): Family[] {
  const { name, help, isTimed } = COUNTED[family];
  const rows = tallies.flatMap(({ region, rows: all }) =>
    all
      .filter((row) => row.family === family)
      .map((row) => ({ row, labels: { region, ...toLabels(family, row) } })),
  );
  const of = (value: (row: TallyRow) => number) =>
    rows.map(({ row, labels }) => ({ labels, value: value(row) }));
  const count = { name: `${name}_total`, type: "counter", help } as const;
  const counts: Family = { ...count, samples: of((row) => row.count) };
  if (!isTimed) return [counts];
  const bytes = { name: `${name}_bytes_total`, type: "counter", help: `${help} Bytes.` } as const;
  return [
    counts,
    { ...bytes, samples: of((row) => row.bytes) },
    { ...toBuckets(`${name}_milliseconds_bucket`, help, rows) },
  ];
}

/** Cumulative, as Prometheus wants its histograms; the last bucket holds everything timed. */
function toBuckets(
  name: string,
  help: string,
  rows: readonly { readonly row: TallyRow; readonly labels: Readonly<Record<string, string>> }[],
): Family {
  const samples = rows.flatMap(({ row, labels }) => {
    let sum = 0;
    const buckets = row.log2.flatMap((count, slot) => {
      sum += count;
      // Buckets below the fastest say nothing.
      if (sum === 0) return [];
      return [{ labels: { ...labels, le: String(toLog2Bound(slot)) }, value: sum }];
    });
    return sum === 0 ? [] : [...buckets, { labels: { ...labels, le: "+Inf" }, value: sum }];
  });
  return { name, type: "counter", help: `${help} By time to headers.`, samples };
}

function toLabels(family: TallyFamily, row: TallyRow): Readonly<Record<string, string>> {
  return Object.fromEntries(
    TALLY_LABELS[family].map((label, index) => [label, row.labels[index] ?? ""]),
  );
}

function printFamily({ name, type = "gauge", help, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
