// The continuity ledger under chance: a short batch of the histories that `npm run sim` plays by
// the hundred thousand, and the proof that its judges would see what is wrong.

import { describe, expect, test } from "vitest";
import { BrokenLedger, canaries } from "./ledger/canary.ts";
import { findDifference, playHistory } from "./ledger/history.ts";
import { ForgetfulMachine, Machine } from "./ledger/machine.ts";
import type { World } from "./ledger/plan.ts";
import { judgeByHlsJs, judgeByHlsParser, judgeByShaka } from "./ledger/players.ts";
import { printFaults } from "./ledger/report.ts";

const histories = 150;
const playerHistories = 15;
/** Reading a ledger back before every event is what costs most. */
const forgetfulHistories = 10;
/** So many histories may pass before a broken ledger is found out. */
const canaryHistories = 400;
const makeMachine = (world: World) => new Machine(world);

describe("histories", () => {
  test(`${histories} of them without a fault`, () => {
    const faults: string[] = [];
    for (let seed = 0; seed < histories; seed += 1) {
      const found = playHistory(seed, makeMachine).faults;
      if (found.length > 0) faults.push(printFaults(seed, found.slice(0, 3)));
    }
    expect(faults).toEqual([]);
  });

  test(`${playerHistories} of them to the players' liking`, async () => {
    const faults: string[] = [];
    for (let seed = 0; seed < playerHistories; seed += 1) {
      const { shown } = playHistory(seed, makeMachine);
      const found = [...judgeByHlsParser(shown), ...judgeByHlsJs(shown, seed)];
      found.push(...(await judgeByShaka(shown, seed)));
      if (found.length > 0) faults.push(printFaults(seed, found.slice(0, 3)));
    }
    expect(faults).toEqual([]);
  });

  test("the ledger does not read the titles that tell the judges the truth", () => {
    for (let seed = 0; seed < playerHistories; seed += 1) {
      expect(findDifference(playHistory(seed, makeMachine), makeMachine, true)).toBeNull();
    }
  });

  test("a ledger that is read back before every event goes on as if nothing had been", () => {
    const makeForgetful = (world: World) => new ForgetfulMachine(world);
    for (let seed = 0; seed < forgetfulHistories; seed += 1) {
      expect(findDifference(playHistory(seed, makeMachine), makeForgetful, false)).toBeNull();
    }
  });

  test("one seed is one history", () => {
    const [one, again] = [playHistory(7, makeMachine), playHistory(7, makeMachine)];
    expect(again.shown.map(({ text }) => text)).toEqual(one.shown.map(({ text }) => text));
  });
});

describe("a judge finds out that", () => {
  test.each(canaries)("$name", (canary) => {
    const laws = new Set<string>();
    for (let seed = 0; seed < canaryHistories && !laws.has(canary.law); seed += 1) {
      const make = (world: World) => new BrokenLedger(makeMachine(world), canary);
      for (const { law } of playHistory(seed, make).faults) laws.add(law);
    }
    expect([...laws]).toContain(canary.law);
  });
});
