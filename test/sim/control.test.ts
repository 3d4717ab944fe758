// Control under chance: a short batch of the histories that `npm run sim -- control` plays by the
// thousand, and the proof that its judge would see what is wrong.

import { describe, expect, test } from "vitest";
import { CANARIES } from "./control/canary.ts";
import { playControl } from "./control/history.ts";
import { MACHINES } from "./control/machines.ts";
import { SCENARIOS } from "./control/plan.ts";
import { printFaults } from "./control/report.ts";

/** Each scenario twice. */
const histories = 2 * SCENARIOS.length;
/** So many histories of its scenario may pass before a broken machine is found out. */
const canaryHistories = 25;

describe("control", () => {
  test(`${histories} histories without a fault`, () => {
    const faults: string[] = [];
    for (let seed = 0; seed < histories; seed += 1) {
      const found = playControl(seed, MACHINES).faults;
      if (found.length > 0) faults.push(printFaults(seed, found.slice(0, 3)));
    }
    expect(faults).toEqual([]);
  });

  test("one seed is one history", () => {
    const [one, again] = [playControl(29, MACHINES), playControl(29, MACHINES)];
    expect(again.history.records).toEqual(one.history.records);
    expect(again.history.published).toEqual(one.history.published);
  });

  test("something happens: origins are condemned, channels are moved, and moved invisibly", () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < SCENARIOS.length; seed += 1) {
      for (const { kind } of playControl(seed, MACHINES).history.records) kinds.add(kind);
    }
    expect([...kinds]).toEqual(expect.arrayContaining(["verdict", "order", "first-good"]));
  });
});

describe("the judge finds out that", () => {
  test.each(CANARIES)("$name", ({ law, scenario, machines }) => {
    const found = new Set<string>();
    for (let turn = 0; turn < canaryHistories && !found.has(law); turn += 1) {
      const seed = SCENARIOS.indexOf(scenario) + turn * SCENARIOS.length;
      for (const fault of playControl(seed, machines).faults) found.add(fault.law);
    }
    expect([...found]).toContain(law);
  });
});
