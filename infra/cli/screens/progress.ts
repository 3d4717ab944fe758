// How a preload event is getting on: the screen that is drawn over itself, the one line for logs,
// and the rate between two looks. Counts and times are the API's; only the rate is reckoned here.

import type { EventProgress } from "../../../workers/core/contract/events.ts";
import { isOver, STATE_TONES } from "./events.ts";
import { type Paint, printSafe } from "./paint.ts";
import { printBar, printBytes, printCount, printRate, printShare, printSpan } from "./units.ts";

/** A look at an event at a moment of this machine's clock. */
export interface Look {
  readonly atMs: number;
  readonly progress: EventProgress;
}

/** The rate is reckoned over so long at most: older looks tell of another time. */
const RATE_WINDOW_MS = 10_000;
const FAILURES_SHOWN = 8;
const BAR_CHARS_MAX = 40;
const BAR_CHARS_MIN = 10;

/** Looks that still count for the rate, oldest first, with the new one. */
export function toLooks(looks: readonly Look[], look: Look): readonly Look[] {
  return [...looks.filter(({ atMs }) => look.atMs - atMs <= RATE_WINDOW_MS), look];
}

/** Warm bytes per second over the looks; null: nobody can say yet. */
export function toBytesPerSecond(looks: readonly Look[]): number | null {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  const bytes = last.progress.bytes.warm - first.progress.bytes.warm;
  return Math.max(0, bytes) / ((last.atMs - first.atMs) / 1_000);
}

/** One line per look, for what is no terminal. */
export function printProgressLine({ progress }: Look, bytesPerSecond: number | null): string {
  const { id, state, objects, bytes, coverage, places, etaMs } = progress;
  const regions = places.map(({ place, warm, planned }) => `${place} ${warm}/${planned}`);
  const parts = [
    `${objects.warm}/${objects.planned} objects`,
    `${printBytes(bytes.warm)} of ${printBytes(bytes.planned)}`,
    printShare(coverage),
    ...(bytesPerSecond === null ? [] : [printRate(bytesPerSecond)]),
    ...(etaMs === null ? [] : [`${printSpan(etaMs)} left`]),
    ...(objects.failed === 0 ? [] : [`${objects.failed} failed`]),
    ...regions,
  ];
  return printSafe(`${id} ${state}: ${parts.join(", ")}`);
}

/** The screen of an event, for a terminal of so many columns. */
export function printProgress(
  { progress, atMs }: Look,
  bytesPerSecond: number | null,
  columns: number,
  paint: Paint,
): string {
  const { title, channel, state, objects, bytes, coverage, etaMs, problem } = progress;
  const head = `${paint("strong", printSafe(title))} (${channel})  ${paint(STATE_TONES[state], state)}`;
  const names = ["all", ...progress.places.map(({ place }) => place)];
  const nameChars = Math.max(...names.map((name) => name.length));
  const barChars = Math.min(BAR_CHARS_MAX, Math.max(BAR_CHARS_MIN, columns - nameChars - 34));
  const row = (name: string, warm: number, planned: number, failed: number) => {
    const share = planned === 0 ? 0 : warm / planned;
    const bar = paint(failed > 0 ? "warn" : "good", printBar(share, barChars));
    const lost = failed === 0 ? "" : paint("bad", ` ${failed} failed`);
    return `${name.padEnd(nameChars)} ${bar} ${printShare(share).padStart(6)} ${warm}/${planned}${lost}`;
  };
  const amounts = [
    `${printBytes(bytes.warm)} of ${printBytes(bytes.planned)}`,
    ...(bytesPerSecond === null ? [] : [printRate(bytesPerSecond)]),
    ...(etaMs === null ? [] : [`${printSpan(etaMs)} left`]),
    `coverage ${printShare(coverage)}`,
  ];
  return [
    head,
    row("all", objects.warm, objects.planned, objects.failed),
    ...progress.places.map(({ place, warm, planned, failed }) => row(place, warm, planned, failed)),
    paint("dim", amounts.join(", ")),
    ...(problem === null ? [] : [paint("bad", printSafe(problem))]),
    ...printFailures(progress, paint),
    ...printNext(progress, atMs),
  ].join("\n");
}

function printFailures({ failures, objects }: EventProgress, paint: Paint): readonly string[] {
  const shown = failures.slice(0, FAILURES_SHOWN).map(({ failure, region, path }) => {
    return `  ${paint("bad", failure)} ${printSafe(`${region} ${path}`)}`;
  });
  const rest = objects.failed - shown.length;
  return rest > 0
    ? [...shown, `  … and ${printCount(rest, "more object")}; the receipt names all`]
    : shown;
}

function printNext({ state, nextAtMs }: EventProgress, atMs: number): readonly string[] {
  if (nextAtMs === null) return [];
  // While it runs, the next moment is a time limit and none of the team's business.
  const what = state === "scheduled" ? "It begins" : isOver(state) ? "It is looked at again" : null;
  return what === null ? [] : [`${what} in ${printSpan(Math.max(0, nextAtMs - atMs))}.`];
}
