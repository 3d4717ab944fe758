// In which order test files are run: those that wait for real time first, so that what only counts
// fills the gaps that they leave. Left to itself, vitest begins with the largest files and ends
// with one scenario alone on the machine.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of half a minute and more, the longest first. */
const LONGEST = [
  ...["w-faults", "k-health", "x-alerts", "l-live", "l-rescue", "delta"],
  ...["d-delivery", "m-parts", "l-canary", "l-orders", "x-steering", "w-restart", "w-world"],
].map((name) => `/${name}.test.ts`);
/** Projects as they are named in vitest.config.ts; the first waits most. */
const PROJECTS = ["scenario", "node", "unit-workerd", "unit"];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => toPlace(a) - toPlace(b));
  }
}

function toPlace({ project, moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((end) => moduleId.endsWith(end));
  return place < 0 ? LONGEST.length + PROJECTS.indexOf(project.name) : place;
}
