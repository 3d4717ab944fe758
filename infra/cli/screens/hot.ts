// What viewers of libraries want most, what was preloaded for it unasked, and what is being done
// about channels whose files are too seldom hits (infra/docs/preload.md, "What nobody planned").

import type { Paint } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printBytes, printCount, printShare, printSpan, toAgeMs } from "./units.ts";

interface OrderLine {
  readonly event: string;
  readonly channel: string;
  readonly files: number;
  readonly bytes: number | null;
  readonly orderedAt: string;
}

interface FileLine {
  readonly channel: string;
  readonly path: string;
  readonly score: number;
}

interface ChannelLine {
  readonly channel: string;
  readonly requests: number;
  readonly ratio: number | null;
  readonly misses: Readonly<Record<string, number>>;
  readonly step: string;
  readonly factor: number;
}

export interface Hot {
  readonly enabled: boolean;
  readonly left: { readonly files: number; readonly bytes: number } | null;
  readonly files: readonly FileLine[];
  readonly orders: readonly OrderLine[];
  readonly channels: readonly ChannelLine[];
}

const FILES_SHOWN = 15;

const FILE_COLUMNS: readonly Column<FileLine>[] = [
  { head: "HOT FILE", cell: ({ channel, path }) => `${channel}/${path}` },
  { head: "SCORE", cell: ({ score }) => score.toFixed(1), align: "right" },
];

const CHANNEL_COLUMNS: readonly Column<ChannelLine>[] = [
  { head: "LIBRARY", cell: ({ channel }) => channel },
  { head: "REQUESTS", cell: ({ requests }) => requests, align: "right" },
  {
    head: "HITS",
    cell: ({ ratio }) => (ratio === null ? null : printShare(ratio)),
    align: "right",
  },
  { head: "MISSES", cell: ({ misses }) => printMisses(misses) },
  { head: "REMEDY", cell: ({ step }) => step },
  { head: "LIFETIMES", cell: ({ factor }) => `× ${factor}`, align: "right" },
];

/** The whole screen. */
export function printHot(hot: Hot, nowMs: number, paint: Paint): string {
  const orders: readonly Column<OrderLine>[] = [
    { head: "ORDERED", cell: ({ orderedAt }) => `${printSpan(toAgeMs(orderedAt, nowMs))} ago` },
    { head: "CHANNEL", cell: ({ channel }) => channel },
    { head: "FILES", cell: ({ files }) => files, align: "right" },
    { head: "BYTES", cell: ({ bytes }) => printBytes(bytes), align: "right" },
    { head: "EVENT", cell: ({ event }) => ({ text: event, tone: "dim" }) },
  ];
  const { left } = hot;
  const budget =
    left === null
      ? "Nothing is preloaded unasked: the catalog has no [hot]."
      : `Left of this hour's budget: ${printCount(left.files, "file")}, ${printBytes(left.bytes)}.`;
  return [
    budget,
    printTable(FILE_COLUMNS, hot.files.slice(0, FILES_SHOWN), paint, "No file is hot."),
    printTable(orders, hot.orders, paint, "Nothing was ordered."),
    printTable(CHANNEL_COLUMNS, hot.channels, paint, "No library was judged yet."),
  ].join("\n\n");
}

function printMisses(misses: ChannelLine["misses"]): string {
  const words = Object.entries(misses)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  return words.join(", ") || "-";
}
