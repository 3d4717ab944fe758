// Every metric that /metrics can show: its name, type, labels and help. The one list from which the
// text is printed and against which infra/docs/metrics.md is checked. Names are a contract with
// dashboards and alerts of others: they are added to, and never given another meaning.
//
// Labels are bounded: regions, channels, origins, pathways and roles are the catalog's, the rest
// are closed sets of the code. What viewers' URLs contribute (the rendition of `weir_requests`) is
// bounded by the tallies of the gates (core/telemetry/tally.ts); of events only the newest are
// shown (EVENTS_SHOWN_MAX in preload-metrics.ts).

export interface MetricRule {
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  readonly help: string;
}

export const METRICS = {
  weir_origin_verdict: {
    type: "gauge",
    labels: ["channel", "origin", "role", "verdict"],
    help: "Verdict on an origin for a channel; 1 for the one that holds.",
  },
  weir_origin_latency_seconds: {
    type: "gauge",
    labels: ["channel", "origin", "role"],
    help: "Latency of the last probe, from dispatch to headers.",
  },
  weir_origin_playlist_age_seconds: {
    type: "gauge",
    labels: ["channel", "origin", "role"],
    help: "Time since the playlist was last seen to advance: its lag.",
  },
  weir_origin_media_sequence: {
    type: "gauge",
    labels: ["channel", "origin", "role"],
    help: "Media sequence number of the last segment that the origin listed.",
  },
  weir_channel_current_timeline: {
    type: "gauge",
    labels: ["channel"],
    help: "Timeline that feeds the channel's viewers.",
  },
  weir_channel_choice_age_seconds: {
    type: "gauge",
    labels: ["channel", "reason"],
    help: "Time since the channel's timeline or order of origins last changed, and why it is so.",
  },
  weir_policy_version: {
    type: "gauge",
    labels: [],
    help: "Version of the policy that control published last.",
  },
  weir_catalog_version: {
    type: "gauge",
    labels: [],
    help: "Version of the catalog in force.",
  },
  weir_gate_up: {
    type: "gauge",
    labels: ["region"],
    help: "Whether the region's gate answered this scrape.",
  },
  weir_requests_total: {
    type: "counter",
    labels: ["region", "channel", "rendition", "kind", "outcome"],
    help: "Requests of viewers, by how they ended: a tier, a miss reason or a status.",
  },
  weir_requests_bytes_total: {
    type: "counter",
    labels: ["region", "channel", "rendition", "kind", "outcome"],
    help: "Bytes of those answers, as far as their length was known.",
  },
  weir_request_duration_seconds: {
    type: "histogram",
    labels: ["region", "channel", "kind"],
    help: "Time from a viewer's request to the headers of its answer; the short way is not timed.",
  },
  weir_tier_requests_total: {
    type: "counter",
    labels: ["region", "channel", "kind", "tier"],
    help: "Requests of viewers by the tier that had the bytes; origin: none had, error: nobody.",
  },
  weir_egress_total: {
    type: "counter",
    labels: ["region", "origin", "cause", "outcome"],
    help: "Requests to origins, by what they were for and how they ended.",
  },
  weir_egress_bytes_total: {
    type: "counter",
    labels: ["region", "origin", "cause", "outcome"],
    help: "Bytes of those answers, as far as their length was known.",
  },
  weir_egress_duration_seconds: {
    type: "histogram",
    labels: ["region", "origin", "cause"],
    help: "Time from a request to an origin to its headers, or to its failure.",
  },
  weir_prefetches_total: {
    type: "counter",
    labels: ["region", "channel", "cause", "outcome"],
    help: "Files fetched before anybody asked, by what told of them.",
  },
  weir_lifetimes_total: {
    type: "counter",
    labels: ["region", "channel", "kind", "reason"],
    help: "Answers with a body by the rule that decided how long they may be kept.",
  },
  weir_sessions_total: {
    type: "counter",
    labels: ["region", "channel", "outcome"],
    help: "Sessions that began with a multivariant playlist: let in, to a canary, or turned away.",
  },
  weir_origin_faults_total: {
    type: "counter",
    labels: ["region", "origin", "failure"],
    help: "Bodies with a good status that were not what they should be.",
  },
  weir_relay_calls_total: {
    type: "counter",
    labels: ["region", "relay"],
    help: "Calls that relays of live playlists took.",
  },
  weir_rescues_total: {
    type: "counter",
    labels: ["region", "kind"],
    help: "Requests to origins made because another one was slow (hedge) or failed (rescue).",
  },
  weir_playback_reports_total: {
    type: "counter",
    labels: ["region", "channel", "state"],
    help: "Requests whose player said how it fares (CMCD): starved if its buffer ran dry.",
  },
  weir_network_troubled: {
    type: "gauge",
    labels: ["region", "host", "network"],
    help: "Whether a viewers' network (AS number) starves at a delivery host; absent if not.",
  },
  weir_steering_total: {
    type: "counter",
    labels: ["region", "channel", "pathway"],
    help: "Players that asked for their steering manifest, by the pathway they were on.",
  },
  weir_pathway_verdict: {
    type: "gauge",
    labels: ["pathway", "verdict"],
    help: "Verdict on a delivery host; 1 for the one that holds.",
  },
  weir_pathway_drained: {
    type: "gauge",
    labels: ["pathway"],
    help: "Whether an operator has taken a delivery host out.",
  },
  weir_load: {
    type: "gauge",
    labels: ["part"],
    help: "How full the house is, by its fullest part; 100 is full.",
  },
  weir_risk: {
    type: "gauge",
    labels: [],
    help: "Risk from latency, surge and load, 0 to 100; above 85 is an alarm.",
  },
  weir_surge_deviations: {
    type: "gauge",
    labels: [],
    help: "Requests per second, in deviations above what is usual.",
  },
  weir_shed_share: {
    type: "gauge",
    labels: [],
    help: "Share of the new sessions that is turned away, 0 to 1.",
  },
  weir_viewers_usual: {
    type: "gauge",
    labels: ["channel"],
    help: "Viewers that the channel usually has now.",
  },
  weir_viewers_missing: {
    type: "gauge",
    labels: ["channel"],
    help: "Whether a fifth of the channel's viewers has been missing for a quarter of an hour.",
  },
  weir_incidents_open: {
    type: "gauge",
    labels: ["level"],
    help: "Incidents that are open.",
  },
  weir_incident_step_seconds: {
    type: "gauge",
    labels: ["step"],
    help: "Time of each step in the newest incident: to detect, to decide, to the first answer.",
  },
  weir_policy_age_seconds: {
    type: "gauge",
    labels: ["region"],
    help: "Time since control last confirmed the policy that the region's gate holds.",
  },
  weir_preload_coverage: {
    type: "gauge",
    labels: ["event", "channel", "region"],
    help: "Share of a preload event's files that are proven warm, 0 to 1; of the ten newest.",
  },
  weir_preload_failed: {
    type: "gauge",
    labels: ["event", "channel"],
    help: "Whether a preload event ended with less than was wanted; of the ten newest.",
  },
  weir_hot_files_left: {
    type: "gauge",
    labels: [],
    help: "Files that may still be preloaded unasked within this hour.",
  },
  weir_hot_orders: {
    type: "gauge",
    labels: [],
    help: "Preloads of the last hour that nobody planned.",
  },
  weir_alerts: {
    type: "gauge",
    labels: ["state"],
    help: "Messages about incidents of the last 30 days, by what became of them.",
  },
} as const satisfies Readonly<Record<string, MetricRule>>;

export type MetricName = keyof typeof METRICS;
