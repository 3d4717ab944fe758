// What a preload event would do, before it does it: numbers first, then why it may not.

import type { EventPlan } from "../../../workers/core/contract/events.ts";
import { type Paint, printSafe } from "./paint.ts";
import { type Column, printPairs, printTable } from "./table.ts";
import { printBytes, printCount, printSpan } from "./units.ts";

const SAMPLE_ROWS = 8;

/** The plan of one event. */
export function printPlan(plan: EventPlan, paint: Paint): string {
  const { files, objects, places, bytes, filesOfUnknownLength, origin, cost } = plan;
  const unknown =
    filesOfUnknownLength === 0 ? "" : `, and ${filesOfUnknownLength} of unknown length`;
  const pairs = printPairs(
    [
      ["files", `${printCount(files, "file")}, ${printBytes(bytes)}${unknown}`],
      [
        "places",
        `${places.map((place) => printSafe(place)).join(", ")}: ${printCount(objects, "object")} in all`,
      ],
      ["origins", `${printCount(origin.requests, "request")}, ${printBytes(origin.bytes)}`],
      [
        "takes",
        plan.runSecondsMin === null
          ? "as long as it takes"
          : `${printSpan(plan.runSecondsMin * 1_000)} at least`,
      ],
      ["cost", cost === null ? "not known: the catalog has no [prices]" : printCost(cost)],
    ],
    paint,
  );
  const refusals = plan.refusals.map(({ reason, detail }) => {
    return `${paint("bad", `refused (${reason})`)}: ${printSafe(detail)}`;
  });
  const conflicts = plan.conflicts.map(
    (each) => `${paint("warn", "conflict")}: ${printSafe(each)}`,
  );
  return [pairs, ...refusals, ...conflicts, printSample(plan, paint)]
    .filter((part) => part !== "")
    .join("\n");
}

function printCost({ amount, currency, source, date }: NonNullable<EventPlan["cost"]>): string {
  return printSafe(`${amount.toFixed(amount < 1 ? 4 : 2)} ${currency} (${source}, ${date})`);
}

type SampleLine = EventPlan["sample"][number];

function printSample({ sample }: EventPlan, paint: Paint): string {
  if (sample.length === 0) return "";
  const columns: readonly Column<SampleLine>[] = [
    { head: "LARGEST FILES", cell: ({ path }) => path },
    { head: "LENGTH", cell: ({ lengthBytes }) => printBytes(lengthBytes), align: "right" },
    { head: "ETAG", cell: ({ etag }) => etag },
  ];
  return `\n${printTable(columns, sample.slice(0, SAMPLE_ROWS), paint)}`;
}
