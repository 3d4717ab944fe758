// Metrics in Prometheus text format. Names are stable; labels are ids of the catalog only, so the
// number of series is bounded by what the operator wrote.

import { VERDICTS } from "../core/health/verdict.ts";
import type { HealthView } from "./health-centre.ts";

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** Prints the state of health as metrics. */
export function printMetrics(view: HealthView): string {
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
  return families.map(printFamily).join("");
}

function printFamily({ name, help, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
