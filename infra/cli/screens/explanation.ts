// Why a viewer gets what it gets: the edge's own account of one request, stage by stage, in the
// order of the way (infra/docs/life-of-a-request.md). A stage that was not reached is not shown.

import type {
  ExplainedChoice,
  ExplainedLedger,
  ExplainedLifetime,
  ExplainedRoute,
  Explanation,
} from "../../../workers/core/contract/explain.ts";
import type { Paint } from "./paint.ts";
import { printSafe } from "./paint.ts";
import { printPairs, printTable } from "./table.ts";
import { printSpan } from "./units.ts";

export interface ExplainAnswer {
  readonly path: string;
  readonly channel: string | null;
  readonly verdicts: readonly {
    readonly origin: string;
    readonly role: string;
    readonly verdict: string;
    readonly reasons: readonly string[];
    readonly checkedAgoMs: number | null;
    readonly detail: string | null;
  }[];
  readonly regions: readonly {
    readonly region: string;
    readonly explanation: WordedExplanation | null;
    readonly detail: string | null;
  }[];
}

/** Control adds the sentence of the rule. */
type WordedExplanation = Omit<Explanation, "lifetime"> & {
  readonly lifetime: (ExplainedLifetime & { readonly sentence?: string }) | null;
};

/** Every region's account, and control's verdicts. */
export function printExplanation(answer: ExplainAnswer, paint: Paint): string {
  const regions = answer.regions.map(({ region, explanation, detail }) => {
    const place = `${paint("strong", printSafe(answer.path))} in ${region}`;
    if (explanation === null) return `${place}: ${paint("bad", printSafe(detail ?? ""))}`;
    const pairs = toPairs(explanation).map(([name, value]) => [name, printSafe(value)] as const);
    return `${place}, ${printSpan(explanation.tookMs)}\n${printPairs(pairs, paint)}`;
  });
  const verdicts = printTable(
    [
      { head: "ORIGIN", cell: ({ origin }) => origin },
      { head: "ROLE", cell: ({ role }) => role },
      { head: "VERDICT", cell: ({ verdict }) => verdict },
      { head: "CHECKED", cell: ({ checkedAgoMs }) => printSpan(checkedAgoMs), align: "right" },
      {
        head: "WHY",
        cell: ({ reasons, detail }) => [...reasons, detail ?? ""].join(" ").trim() || "-",
      },
    ],
    answer.verdicts,
    paint,
    "Control knows no origins of this channel.",
  );
  return [...regions, verdicts].join("\n\n");
}

type Pair = readonly [name: string, value: string];

function toPairs(explanation: WordedExplanation): readonly Pair[] {
  const { policy, route, grant, choice, asset, key, tiers, origins, lifetime, ledger, reply } =
    explanation;
  const rows: readonly (Pair | null)[] = [
    policy && [
      "policy",
      `${policy.version} of catalog ${policy.catalogVersion}, ${printSpan(policy.ageMs)} old`,
    ],
    ["route", printRoute(route)],
    grant && ["auth", grant.policy],
    choice && [
      "choice",
      `${printTimelines(choice)}; ${choice.reason}, since ${printSpan(choice.changedAgoMs)}`,
    ],
    asset && ["asset", printAsset(asset)],
    key === null ? null : ["key", key],
    ...tiers.map(
      ({ tier, isFound }): Pair => ["tier", `${tier}: ${isFound ? "found" : "not found"}`],
    ),
    ...origins.map((attempt): Pair => {
      const { originId, cause, method, path, outcome, tookMs } = attempt;
      return [
        "asked",
        `${originId}: ${method} ${path} → ${outcome} in ${printSpan(tookMs)} (${cause})`,
      ];
    }),
    ledger && ["ledger", printLedger(ledger)],
    lifetime && ["lifetime", printLifetime(lifetime)],
    ["reply", printReply(reply)],
    ...Object.entries(reply.headers).map(([name, value]): Pair => ["", `${name}: ${value}`]),
  ];
  return rows.flatMap((row) => (row === null ? [] : [row]));
}

function printRoute(route: ExplainedRoute): string {
  switch (route.kind) {
    case "asset": {
      const token = route.hasToken ? ", with a token" : "";
      return `channel ${route.channel}, timeline ${route.timeline}, ${route.path}${token}`;
    }
    case "other":
      return route.place;
    case "refused":
      return `refused (${route.reason}): ${route.detail}`;
  }
}

function printTimelines({ timelines, current }: ExplainedChoice): string {
  return timelines
    .map(
      ({ n, origins }) =>
        `timeline ${n}${n === current ? " (current)" : ""}: ${origins.join(", ")}`,
    )
    .join("; ");
}

function printAsset({
  kind,
  path,
  timeline,
  host,
  query,
}: NonNullable<Explanation["asset"]>): string {
  const place = host === null ? "" : ` at ${host}`;
  return `${kind} ${path}${query === "" ? "" : `?${query}`}, timeline ${timeline}${place}`;
}

function printLedger(ledger: ExplainedLedger): string {
  if (ledger.kind === "file") {
    return ledger.places.map(({ originId, path }) => `${originId}: ${path}`).join(", ");
  }
  const { generation, seq, originId, lastMsn, confirmedAgoMs, expectedInMs } = ledger;
  const next = expectedInMs === null ? "" : `, next expected in ${printSpan(expectedInMs)}`;
  const who = `fed by ${originId ?? "nobody"}, generation ${generation}, version ${seq}`;
  return `${who}, last MSN ${lastMsn ?? "-"}, confirmed ${printSpan(confirmedAgoMs)} ago${next}`;
}

function printLifetime(lifetime: NonNullable<WordedExplanation["lifetime"]>): string {
  const { reason, sentence, freshForMs, swrMs, sieMs, isStorable, inputs } = lifetime;
  const fresh =
    freshForMs < 0 ? `stale since ${printSpan(-freshForMs)}` : `fresh for ${printSpan(freshForMs)}`;
  const spans = `${fresh}, while revalidating ${printSpan(swrMs)}, on errors ${printSpan(sieMs)}`;
  const facts = Object.entries(inputs).map(([name, value]) => `${name} ${value}`);
  const looked = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  const stored = isStorable ? "" : ", not stored";
  return `${spans}${stored}: ${sentence || reason}${looked}`;
}

function printReply({ status, problem }: Explanation["reply"]): string {
  return problem === null ? String(status) : `${status} ${problem.reason}: ${problem.detail}`;
}
