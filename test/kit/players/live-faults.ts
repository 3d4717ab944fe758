// What a player would have stumbled over in what a viewer of a scenario saw: errors, numbers that
// went back or leapt, names that changed. The judges are the live bench's (sight.ts).

import type { LiveReport } from "../live-viewer.ts";
import { findRegression, parseSight } from "./sight.ts";

/** Empty: nothing. */
export function listLiveFaults(report: LiveReport): readonly unknown[] {
  const { sights, failed, changed, regressions } = report;
  const faults: unknown[] = [...failed, ...changed];
  if (regressions > 0) faults.push(`${regressions} regressions`);
  let before: ReturnType<typeof parseSight> = null;
  for (const { text } of sights) {
    const now = parseSight(text);
    const fault = now === null ? "no playlist of ours" : findRegression(before, now);
    if (fault !== null) faults.push(fault);
    before = now;
  }
  return faults;
}
