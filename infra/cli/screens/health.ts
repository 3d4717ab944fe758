// Origins, channels and orders, as the API lists them. For status, origin and channel.

import type { Paint, Tone } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printSpan, toAgeMs } from "./units.ts";

export interface OriginLine {
  readonly id: string;
  readonly kind: string;
  readonly region: string | null;
  readonly verdict: "green" | "yellow" | "red" | "unknown";
  readonly reasons: readonly string[];
  readonly detail: string | null;
  readonly latencyMs: number | null;
  readonly checkedAgoMs: number | null;
  readonly lastMsn: number | null;
  readonly playlistAgeMs: number | null;
  readonly channels: readonly string[];
}

export interface RouteLine {
  readonly id: string;
  readonly mode: string | null;
  readonly current: number;
  readonly order: readonly string[];
  readonly reason: string;
  readonly changedAt: string;
}

export interface OrderLine {
  readonly id: string;
  readonly kind: string;
  readonly channel: string | null;
  readonly origin: string | null;
  readonly share: number | null;
  readonly by: string;
  readonly since: string;
  readonly until: string | null;
}

const VERDICT_TONES: Readonly<Record<OriginLine["verdict"], Tone>> = {
  green: "good",
  yellow: "warn",
  red: "bad",
  unknown: "dim",
};

const ORIGIN_COLUMNS: readonly Column<OriginLine>[] = [
  { head: "ORIGIN", cell: ({ id }) => id },
  { head: "KIND", cell: ({ kind }) => kind },
  { head: "VERDICT", cell: ({ verdict }) => ({ text: verdict, tone: VERDICT_TONES[verdict] }) },
  { head: "LATENCY", cell: ({ latencyMs }) => printSpan(latencyMs), align: "right" },
  { head: "LAST MSN", cell: ({ lastMsn }) => lastMsn, align: "right" },
  { head: "CHECKED", cell: ({ checkedAgoMs }) => toAgo(checkedAgoMs), align: "right" },
  { head: "CHANNELS", cell: ({ channels }) => channels.join(",") || "-" },
  { head: "WHY", cell: (origin) => toWhy(origin) },
];

/** Every origin with its verdict. */
export function printOrigins(origins: readonly OriginLine[], paint: Paint): string {
  return printTable(ORIGIN_COLUMNS, origins, paint, "The catalog has no origins.");
}

function toWhy({ reasons, detail }: OriginLine): string {
  const words = reasons.join(", ");
  return detail === null ? words || "-" : `${words}: ${detail}`;
}

function toAgo(ageMs: number | null): string {
  return ageMs === null ? "never" : `${printSpan(ageMs)} ago`;
}

/** Which origins serve each channel. */
export function printRoutes(routes: readonly RouteLine[], nowMs: number, paint: Paint): string {
  const columns: readonly Column<RouteLine>[] = [
    { head: "CHANNEL", cell: ({ id }) => id },
    { head: "MODE", cell: ({ mode }) => mode },
    { head: "TIMELINE", cell: ({ current }) => current, align: "right" },
    { head: "FROM", cell: ({ order }) => order[0] ?? { text: "nobody", tone: "bad" } },
    { head: "THEN", cell: ({ order }) => order.slice(1).join(", ") || "-" },
    { head: "WHY", cell: ({ reason }) => reason },
    {
      head: "SINCE",
      cell: ({ changedAt }) => printSpan(toAgeMs(changedAt, nowMs)),
      align: "right",
    },
  ];
  return printTable(columns, routes, paint, "The catalog has no channels.");
}

/** The operators' orders. */
export function printOrders(orders: readonly OrderLine[], nowMs: number, paint: Paint): string {
  const columns: readonly Column<OrderLine>[] = [
    { head: "ORDER", cell: ({ kind }) => ({ text: kind, tone: "warn" }) },
    { head: "ORIGIN", cell: ({ origin }) => origin },
    { head: "CHANNEL", cell: ({ channel }) => channel ?? "all" },
    {
      head: "SHARE",
      cell: ({ share }) => (share === null ? null : `${Number((share * 100).toPrecision(6))} %`),
    },
    { head: "BY", cell: ({ by }) => by },
    { head: "ENDS IN", cell: ({ until }) => toEnd(until, nowMs) },
    { head: "ID", cell: ({ id }) => ({ text: id, tone: "dim" }) },
  ];
  return printTable(columns, orders, paint, "No orders are in force.");
}

function toEnd(until: string | null, nowMs: number): string {
  return until === null ? "never" : printSpan(Math.max(0, Date.parse(until) - nowMs));
}
