// In which order test files are run: those that wait for real time first, so that what only counts
// fills the gaps that they leave. Left to itself, vitest begins with the largest files and ends
// with one scenario alone on the machine.

import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Projects as they are named in vitest.config.ts; the first waits most. */
const PROJECTS = ["scenario", "node", "unit-workerd", "unit"];
/** Scenarios of more than half a minute. */
const LONGEST = /\/(?:k-health|x-alerts|l-live|l-rescue|d-delivery|m-parts|x-steering)\.test\.ts$/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => toPlace(a) - toPlace(b));
  }
}

function toPlace({ project, moduleId }: TestSpecification): number {
  return LONGEST.test(moduleId) ? -1 : PROJECTS.indexOf(project.name);
}
