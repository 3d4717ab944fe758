// A viewer who asks for a version that is not there yet, or for one without what it has (spec
// section 3). However many wait, they wait for the one call that everybody in this isolate shares,
// each on a timer of its own; when its owner is cut off, one of them takes it over. What is decided
// here is only who waits; whether and how long is core/delivery's.

import type { Directives } from "../../core/delivery/directives.ts";
import {
  decideReload,
  type ReloadFacts,
  type ReloadVerdict,
  type ReloadWait,
  toGiveUpAtMs,
} from "../../core/delivery/reload.ts";
import { readClockMs } from "../../platform/clock.ts";
import { type FormName, toFormName } from "./forms.ts";
import type { LiveChannel, LiveRoad } from "./live-channel.ts";
import type { LiveEntry } from "./live-entry.ts";

/** Somebody may have to take over the call within this time, though nobody wakes them. */
const LOOK_MS = 1_000;

/** A playlist that somebody waits for. */
export interface ReloadPlace {
  readonly live: LiveChannel;
  readonly entry: LiveEntry;
  readonly playlist: string;
}

/** What the newest version here says of a request; null: none, or it is no media playlist. */
export function judgeReload(entry: LiveEntry, asked: Directives): ReloadVerdict | null {
  const facts = toReloadFacts(entry);
  return facts === null ? null : decideReload(asked, facts);
}

/** The form in which the newest version answers a request. */
export function toAskedForm(entry: LiveEntry, asked: Directives, verdict: ReloadVerdict): FormName {
  const facts = entry.held?.version?.facts;
  const canSkip = facts?.reload?.canSkip === true && !facts.ended;
  return toFormName(verdict.kind === "answer", asked.skip && canSkip);
}

/** One request that may have to wait. */
export interface ReloadAsk {
  readonly asked: Directives;
  /** When the request came. */
  readonly startedAtMs: number;
  /** Aborted when its viewer leaves. */
  readonly signal: AbortSignal;
}

export type ReloadEnd =
  /** The verdict is another one than "wait". */
  | "ready"
  | "overdue"
  /** The viewer has gone. */
  | "left";

/** Waits until the playlist has what is asked for, or is overdue. */
export async function waitForReload(
  { live, entry, playlist }: ReloadPlace,
  { asked, startedAtMs, signal }: ReloadAsk,
  road: LiveRoad,
): Promise<ReloadEnd> {
  for (;;) {
    const facts = toReloadFacts(entry);
    if (facts === null || decideReload(asked, facts).kind !== "wait") return "ready";
    const nowMs = readClockMs();
    const leftMs = toGiveUpAtMs(toReloadWait(entry, startedAtMs), facts) - nowMs;
    if (leftMs <= 0) return "overdue";
    live.open(playlist, road, nowMs);
    await entry.parking.wait(Math.min(LOOK_MS, leftMs), signal);
    if (signal.aborted) return "left";
  }
}

/** What waiting is judged by; null: there is no media playlist yet. */
export function toReloadFacts({ held }: LiveEntry): ReloadFacts | null {
  const facts = held?.version?.facts;
  if (facts == null) return null;
  const { canBlock = false, lastSegmentParts = 0 } = facts.reload ?? {};
  return { ...facts, canBlock, lastSegmentParts };
}

/** The moments of a wait for the next version. */
export function toReloadWait({ held, version }: LiveEntry, startedAtMs: number): ReloadWait {
  const media = version?.media ?? null;
  return {
    startedAtMs,
    expectedAtMs: held?.expectedAtMs ?? null,
    shownAtMs: media?.publication.publishedAtMs ?? startedAtMs,
    lastSegmentDurationSeconds: media?.lastSegmentDurationSeconds ?? null,
  };
}
