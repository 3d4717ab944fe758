// What is preloaded that nobody planned, and what is done about a falling hit ratio: one step takes
// what the regions told since the last and says what to order, to lengthen and to tell. Pure; the
// hot keeper gathers, remembers and carries out.
//
// Budgets are hours that slide: files and bytes that were ordered within the last hour. While it is
// not known how many bytes an order came to, no other is made.

import type { HotRules } from "../config/catalog.ts";
import type { HotHit } from "../contract/hot.ts";
import { type HitCounts, toHitSum, toHitsSince } from "./hit-counts.ts";
import { applyHits, HOT_NONE, type HotState, planHotPreload } from "./hot-tracker.ts";
import {
  applyHitWindow,
  type HitWindow,
  REMEDY_NONE,
  type RemedyEffect,
  type RemedyState,
} from "./remedy.ts";

/** Title of the events that are ordered unasked; events of people should have another. */
export const HOT_TITLE = "Hot files";
const HOUR_MS = 3_600_000;
/** A file that was preloaded so lately is left alone, unless its channel's ratio has fallen. */
const AGAIN_MS = HOUR_MS;
/** A plan that takes longer than this came to nothing. */
const PLAN_MS_MAX = 180_000;
/** What a fallen ratio makes worth a request: two hits within the last two hours. */
const REMEDY_SCORE_MIN = 1;
const STEPS_KEPT = 100;

export interface HotOrder {
  readonly eventId: string;
  readonly channel: string;
  readonly atMs: number;
  readonly files: number;
  /** That the origins have to send; null: not known yet. */
  readonly bytes: number | null;
}

/** A step of the remedy, for people. */
export interface RemedyNote {
  readonly channel: string;
  readonly atMs: number;
  readonly effect: RemedyEffect;
}

export interface HotKeeping {
  readonly hot: HotState;
  readonly preloadedAtMs: ReadonlyMap<string, number>;
  /** Of the last hour, oldest first. */
  readonly orders: readonly HotOrder[];
  /** `{region} {channel}` -> the gate's sums when it was asked last. */
  readonly sums: ReadonlyMap<string, HitWindow>;
  /** Since the window began, by channel. */
  readonly window: ReadonlyMap<string, HitWindow>;
  readonly windowAtMs: number;
  readonly lastWindow: ReadonlyMap<string, HitWindow>;
  readonly remedies: ReadonlyMap<string, RemedyState>;
  readonly notes: readonly RemedyNote[];
}

export const HOT_KEEPING_NONE: HotKeeping = {
  hot: HOT_NONE,
  preloadedAtMs: new Map(),
  orders: [],
  sums: new Map(),
  window: new Map(),
  windowAtMs: 0,
  lastWindow: new Map(),
  remedies: new Map(),
  notes: [],
};

/** What the regions told; one that did not answer is left out. */
export interface HotNews {
  readonly hits: readonly HotHit[];
  readonly counts: readonly { readonly region: string; readonly of: HitCounts }[];
  /** Libraries of the catalog: what nobody has any more is not preloaded. */
  readonly channels: ReadonlySet<string>;
}

export type HotEffect =
  | {
      readonly kind: "order";
      readonly channel: string;
      readonly paths: readonly string[];
      readonly bytesMax: number;
    }
  /** Lifetimes have changed; all of them are in `remedies`. */
  | { readonly kind: "lengthen" }
  | { readonly kind: "tell"; readonly note: RemedyNote };

/** Takes one telling. */
export function applyHotNews(
  before: HotKeeping,
  news: HotNews,
  rules: HotRules,
  nowMs: number,
): { readonly keeping: HotKeeping; readonly effects: readonly HotEffect[] } {
  const counted = count(before, news);
  const judged = judge(counted, rules, nowMs);
  const wanted = new Set(
    judged.notes.flatMap(({ channel, effect }) => (effect.kind === "preload" ? [channel] : [])),
  );
  const keeping: HotKeeping = {
    ...judged.keeping,
    hot: applyHits(before.hot, news.hits, nowMs),
    preloadedAtMs: new Map(
      [...before.preloadedAtMs].filter(([, atMs]) => nowMs - atMs < 2 * AGAIN_MS),
    ),
    orders: before.orders.filter(({ atMs }) => nowMs - atMs < HOUR_MS),
    notes: [...before.notes, ...judged.notes].slice(-STEPS_KEPT),
  };
  const isLengthened = judged.notes.some(({ effect }) => effect.kind === "lengthen");
  return {
    keeping,
    effects: [
      ...planOrders(keeping, wanted, news.channels, rules, nowMs),
      ...(isLengthened ? [{ kind: "lengthen" } as const] : []),
      ...judged.notes.map((note) => ({ kind: "tell", note }) as const),
    ],
  };
}

/** An order was made. */
export function applyOrder(
  keeping: HotKeeping,
  order: Omit<HotOrder, "bytes">,
  paths: readonly string[],
): HotKeeping {
  const preloadedAtMs = new Map(keeping.preloadedAtMs);
  for (const path of paths) preloadedAtMs.set(`${order.channel}/${path}`, order.atMs);
  return { ...keeping, preloadedAtMs, orders: [...keeping.orders, { ...order, bytes: null }] };
}

/** It is known what an order comes to. */
export function applyOrderBytes(keeping: HotKeeping, eventId: string, bytes: number): HotKeeping {
  const orders = keeping.orders.map((order) =>
    order.eventId === eventId ? { ...order, bytes } : order,
  );
  return { ...keeping, orders };
}

/** What is left of the hour. */
export function toHotBudget(
  { orders }: HotKeeping,
  rules: HotRules,
  nowMs: number,
): { readonly files: number; readonly bytes: number } {
  let [files, bytes] = [rules.filesPerHour, rules.bytesPerHour];
  for (const order of orders) {
    if (nowMs - order.atMs >= HOUR_MS) continue;
    files -= order.files;
    bytes -= order.bytes ?? 0;
  }
  return { files: Math.max(0, files), bytes: Math.max(0, bytes) };
}

function planOrders(
  keeping: HotKeeping,
  wanted: ReadonlySet<string>,
  channels: ReadonlySet<string>,
  rules: HotRules,
  nowMs: number,
): readonly HotEffect[] {
  const isPlanning = keeping.orders.some(
    ({ bytes, atMs }) => bytes === null && nowMs - atMs < PLAN_MS_MAX,
  );
  const { files, bytes } = toHotBudget(keeping, rules, nowMs);
  if (isPlanning || files === 0 || bytes === 0) return [];
  const usual = { files, againMs: AGAIN_MS, scoreMin: rules.hitsMin };
  const remedy = { files, againMs: 0, scoreMin: REMEDY_SCORE_MIN };
  const names = [
    ...planHotPreload(keeping.hot, keeping.preloadedAtMs, remedy, nowMs).filter((name) =>
      wanted.has(toChannel(name)),
    ),
    ...planHotPreload(keeping.hot, keeping.preloadedAtMs, usual, nowMs),
  ];
  // One channel at a time: the next step sees what is left.
  const channel = names.map(toChannel).find((each) => channels.has(each));
  if (channel === undefined) return [];
  const own = [...new Set(names)].filter((name) => toChannel(name) === channel).slice(0, files);
  const paths = own.map((name) => name.slice(channel.length + 1));
  return [{ kind: "order", channel, paths, bytesMax: bytes }];
}

function toChannel(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf("/")));
}

function count(before: HotKeeping, news: HotNews): HotKeeping {
  const sums = new Map(before.sums);
  const window = new Map(before.window);
  for (const { region, of } of news.counts) {
    for (const [channel, now] of of) {
      const key = `${region} ${channel}`;
      const since = toHitsSince(now, sums.get(key));
      // What was counted before anybody looked belongs to no window.
      if (sums.has(key) || before.windowAtMs > 0) {
        window.set(channel, toHitSum(window.get(channel), since));
      }
      sums.set(key, now);
    }
  }
  return { ...before, sums, window };
}

function judge(keeping: HotKeeping, { windowMs }: HotRules, nowMs: number) {
  const notes: RemedyNote[] = [];
  if (keeping.windowAtMs === 0) return { keeping: { ...keeping, windowAtMs: nowMs }, notes };
  if (nowMs - keeping.windowAtMs < windowMs) return { keeping, notes };
  const remedies = new Map(keeping.remedies);
  for (const [channel, window] of keeping.window) {
    const { state, effects } = applyHitWindow(remedies.get(channel) ?? REMEDY_NONE, window, nowMs);
    if (state === REMEDY_NONE) continue;
    remedies.set(channel, state);
    notes.push(...effects.map((effect) => ({ channel, atMs: nowMs, effect })));
  }
  const { window: lastWindow } = keeping;
  const next = { ...keeping, remedies, lastWindow, window: new Map(), windowAtMs: nowMs };
  return { keeping: next, notes };
}

/** Lifetimes by channel, where they are not as configured. */
export function toLifetimeFactors({ remedies }: HotKeeping): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...remedies].flatMap(([channel, { factor }]) => (factor === 1 ? [] : [[channel, factor]])),
  );
}
