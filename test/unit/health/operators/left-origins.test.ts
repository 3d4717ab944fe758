// Whom an operator's words make a live channel's coordinator leave.

import { expect, test } from "vitest";
import { decideLeftOrigins } from "../../../../workers/core/health/operators/left-origins.ts";

const MEMBERS = ["a", "b", "c"];

/** Pin, banned and drained, as letters; "-" is none. */
test.each([
  ["nothing is said", "-", "-", "-", "a", ""],
  ["a drain", "-", "-", "a", "b", "a"],
  ["a ban", "-", "a", "-", "b", "a"],
  ["both", "-", "a", "b", "c", "ab"],
  ["of somebody who does not lead", "-", "c", "-", "a", "c"],
  ["a pin: everybody else", "b", "-", "-", "b", "ac"],
  ["a pin beats its own ban", "b", "b", "-", "b", "ac"],
  ["a pin of an origin elsewhere says nothing", "x", "-", "-", "a", ""],
  ["nor does it hide a drain", "x", "-", "a", "b", "a"],
  ["an origin elsewhere is nobody here", "-", "x", "y", "a", ""],
  ["the choice stays: everybody else is dead, or it is frozen", "-", "-", "a", "a", ""],
  ["the choice stays: all are banned", "-", "abc", "-", "a", ""],
  ["nobody leads", "-", "a", "-", null, ""],
])("%s", (_, pin, banned, drained, leader, want) => {
  const inForce = {
    pin: pin === "-" ? null : pin,
    banned: new Set(banned),
    drained: new Set(drained),
  };
  expect(decideLeftOrigins(inForce, MEMBERS, leader).join("")).toBe(want);
});
