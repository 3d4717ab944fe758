// How far behind the present a page plays: the wall clock against the date of the picture that is
// on the screen, read four times a second. The media carries the date at which it was "filmed", so
// this is the whole way: packager, origin, edge, player. Needs a page with `readPlayedMs`.

import { toQuantile } from "../../kit/players/figures.ts";
import type { Viewer } from "./browser.ts";

export interface LatencyReport {
  readonly sampleCount: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
}

const LOOK_MS = 250;

/** Begins to look; what came before is not known. */
export async function watchLatency({ page }: Viewer): Promise<void> {
  await page.evaluate(`
    window.latencies = [];
    setInterval(() => {
      const playedMs = window.readPlayedMs();
      if (playedMs !== null) window.latencies.push(Date.now() - playedMs);
    }, ${LOOK_MS});
  `);
}

/** What was seen since `watchLatency` or the last report. */
export async function readLatency({ page }: Viewer): Promise<LatencyReport> {
  const seen = (await page.evaluate("window.latencies.splice(0)")) as number[];
  return {
    sampleCount: seen.length,
    medianMs: toQuantile(seen, 0.5),
    p95Ms: toQuantile(seen, 0.95),
    longestMs: seen.reduce((longest, ms) => Math.max(longest, ms), 0),
  };
}

export function printLatency({ medianMs, p95Ms, longestMs }: LatencyReport): string {
  const toSeconds = (ms: number) => (ms / 1000).toFixed(2);
  return `latency ${toSeconds(medianMs)} s (95 %: ${toSeconds(p95Ms)}, most: ${toSeconds(longestMs)})`;
}
