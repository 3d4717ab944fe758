// Explains a viewer URL to an operator: asks the region's own agent at the edge, which walks the
// way of a viewer's request and says what happened, and adds what only control knows, the verdicts
// on the channel's origins with their ages. One region or several; each answers for itself.

import type { Explanation } from "../core/contract/explain.ts";
import { TTL_SENTENCES, type TtlReason } from "../core/ttl/reason.ts";
import { within } from "../platform/clock.ts";
import { regionObject } from "../platform/objects.ts";
import type { Env } from "./env.ts";
import type { HealthView } from "./health-centre.ts";
import { MAIN } from "./object-names.ts";

/** A cold channel takes its first viewer nine seconds at the most. */
const ANSWER_MS_MAX = 12_000;
const URL_CHARS_MAX = 8_192;
/** Regions that are asked at once. */
export const EXPLAIN_REGIONS_MAX = 9;

export type ExplainTarget =
  | { readonly kind: "target"; readonly path: string }
  | { readonly kind: "refused"; readonly detail: string };

/** Path and query of a viewer URL; whole URLs and paths are both taken. */
export function parseExplainUrl(url: string): ExplainTarget {
  if (url.length > URL_CHARS_MAX) return refuse(`has more than ${URL_CHARS_MAX} characters`);
  const path = /^https?:\/\/[^/?#]+([^#]*)/i.exec(url)?.[1] ?? url.split("#")[0] ?? "";
  if (!path.startsWith("/")) {
    return refuse("must be a viewer URL or its path, like /demo/master.m3u8");
  }
  // The edge's own places are no part of a channel, and one of them sends 16 MB on demand.
  return path.startsWith("/_/")
    ? refuse("must be of a channel; /_/ is the edge's own")
    : { kind: "target", path };
}

function refuse(why: string): ExplainTarget {
  return { kind: "refused", detail: `url ${why}.` };
}

export interface RegionExplanation {
  readonly region: string;
  /** Null: the region did not answer; then `detail` says why. */
  readonly explanation: Explanation | null;
  readonly detail: string | null;
}

/** Asks every region that is named. */
export async function explainInRegions(
  env: Env,
  path: string,
  regions: readonly string[],
): Promise<readonly RegionExplanation[]> {
  return Promise.all(
    regions.map(async (region) => {
      try {
        const call = regionObject(env.WARM_AGENTS, region).explain(path);
        const explanation = await within(call, ANSWER_MS_MAX);
        return explanation === "late"
          ? { region, explanation: null, detail: "The region did not answer in time." }
          : { region, explanation, detail: null };
      } catch {
        return { region, explanation: null, detail: "The region cannot be reached." };
      }
    }),
  );
}

/** What the API answers; the path is shown without token and query, which may be a viewer's. */
export async function explainUrl(env: Env, path: string, regions: readonly string[]) {
  const [answers, view] = await Promise.all([
    explainInRegions(env, path, regions),
    env.HEALTH.getByName(MAIN).view(),
  ]);
  const channels = answers.map(({ explanation }) => explanation?.route);
  const channelId = channels.find((route) => route?.kind === "asset")?.channel ?? null;
  return {
    path: path.replace(/^\/~[^/]*/, "/~").replace(/\?.*$/, ""),
    channel: channelId,
    verdicts: toVerdicts(view, channelId),
    regions: answers.map(({ region, explanation, detail }) => {
      return { region, explanation: explanation && toWorded(explanation), detail };
    }),
  };
}

/** With the sentence for the rule that decided the lifetime; the edge knows only its name. */
function toWorded(explanation: Explanation) {
  const { lifetime } = explanation;
  if (lifetime === null) return explanation;
  const sentence = TTL_SENTENCES[lifetime.reason as TtlReason] ?? "";
  return { ...explanation, lifetime: { ...lifetime, sentence } };
}

/** How control sees the channel's origins now. */
function toVerdicts(view: HealthView, channelId: string | null) {
  return view.rows
    .filter((row) => row.channelId === channelId)
    .map(({ originId, role, health }) => ({
      origin: originId,
      role,
      verdict: health.verdict,
      reasons: health.reasons,
      checkedAgoMs: health.seenAtMs === null ? null : Math.max(0, view.nowMs - health.seenAtMs),
      detail: health.lastFailure?.detail ?? null,
    }));
}
