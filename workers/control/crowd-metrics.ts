// The metrics of crowds and incidents: how full the house is, how many viewers channels usually
// have, what is open, and how long the health machines took for their last story. For metrics.ts,
// which prints them. All of it was decided elsewhere (core/health).

import { ALERT_LEVELS, type Incident } from "../core/health/incidents/incident.ts";
import { LOAD_PARTS } from "../core/health/overload/load.ts";
import type { HealthView } from "./centre/health-view.ts";
import type { MetricName } from "./metric-list.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface CrowdSources {
  readonly overload: HealthView["overload"];
  readonly viewers: HealthView["viewers"];
  /** Newest first; those of the last days at least. */
  readonly incidents: readonly Incident[];
}

export type NamedSamples = readonly (readonly [MetricName, readonly Sample[]])[];

/** Samples by metric; empty ones say nothing yet. */
export function toCrowdSamples({ overload, viewers, incidents }: CrowdSources): NamedSamples {
  const one = (value: number | undefined) => (value === undefined ? [] : [{ labels: {}, value }]);
  const watches = Object.entries(viewers);
  return [
    [
      "weir_load",
      overload === null
        ? []
        : LOAD_PARTS.filter((part) => part === overload.part).map((part) => ({
            labels: { part },
            value: overload.load,
          })),
    ],
    ["weir_risk", one(overload?.risk)],
    ["weir_surge_deviations", one(overload?.surge)],
    ["weir_shed_share", one(overload?.share)],
    [
      "weir_viewers_usual",
      watches.map(([channel, { usual }]) => ({ labels: { channel }, value: usual })),
    ],
    [
      "weir_viewers_missing",
      watches.map(([channel, { isAlarm }]) => ({ labels: { channel }, value: isAlarm ? 1 : 0 })),
    ],
    [
      "weir_incidents_open",
      ALERT_LEVELS.map((level) => ({
        labels: { level },
        value: incidents.filter((each) => each.closedAtMs === null && each.level === level).length,
      })),
    ],
    ["weir_incident_step_seconds", toSteps(incidents)],
  ];
}

/** How long each step took in the newest incident that has it. */
function toSteps(incidents: readonly Incident[]): readonly Sample[] {
  const spans: Readonly<Record<string, (incident: Incident) => number | null>> = {
    detect: ({ faultAfterMs, detectedAtMs }) => toSpan(faultAfterMs, detectedAtMs),
    decide: ({ detectedAtMs, decidedAtMs }) => toSpan(detectedAtMs, decidedAtMs),
    answer: ({ decidedAtMs, firstGoodAtMs }) => toSpan(decidedAtMs, firstGoodAtMs),
  };
  return Object.entries(spans).flatMap(([step, measure]) => {
    const span = incidents.map(measure).find((each) => each !== null);
    return span == null ? [] : [{ labels: { step }, value: span / 1_000 }];
  });
}

function toSpan(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : Math.max(0, toMs - fromMs);
}
