// A cost report as a table: what, how much of it, at which price, and why so much.

import type { CostLine, CostReport } from "../../cost/cost-report.ts";
import type { Priced } from "../../cost/price-list.ts";
import type { Paint } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printShare } from "./units.ts";

const NAMES: Readonly<Record<Priced, string>> = {
  workerRequest: "edge requests",
  workerCpuMs: "edge processor ms",
  objectRequest: "object requests",
  objectGigabyteSecond: "object GB·s awake",
  objectRowWritten: "object rows written",
  hotTierWrite: "R2 writes",
  hotTierRead: "R2 reads",
  hotTierGigabyteMonth: "R2 GB·months",
  originRequest: "origin requests",
  originGigabyte: "origin GB out",
};

const COLUMNS: readonly Column<CostLine>[] = [
  { head: "WHAT", cell: ({ what }) => NAMES[what] },
  { head: "QUANTITY", cell: ({ quantity }) => printQuantity(quantity), align: "right" },
  { head: "PRICE", cell: ({ price }) => printPrice(price), align: "right" },
  { head: "US$", cell: ({ dollars }) => dollars.toFixed(2), align: "right" },
  { head: "BECAUSE", cell: ({ because }) => ({ text: because, tone: "dim" }) },
];

/** The report, and where its prices are from. */
export function printCost(report: CostReport, paint: Paint): string {
  const { lines, dollars, dollarsPerMillionViewerHours, viewerRequests, originOffload } = report;
  const sources = new Set(lines.map(({ price }) => `${price.source}, read on ${price.readOn}`));
  const each = dollarsPerMillionViewerHours.toFixed(2);
  return [
    printTable(COLUMNS, lines, paint),
    "",
    `${paint("strong", `${dollars.toFixed(2)} US$`)}, ${each} US$ per million viewer-hours`,
    `${printQuantity(viewerRequests)} requests of viewers; ${printShare(originOffload)} of files' requests reach no origin`,
    ...[...sources].map((source) => paint("dim", `prices: ${source}`)),
  ].join("\n");
}

function printQuantity(quantity: number): string {
  const rounded = quantity >= 100 ? Math.round(quantity) : Number(quantity.toPrecision(3));
  return rounded.toLocaleString("en-US");
}

function printPrice({ dollars, per }: CostLine["price"]): string {
  return `${dollars} / ${per === 1 ? "1" : per.toLocaleString("en-US")}`;
}
