// Which sessions belong to a share of all: canaries, and those that are turned away in an overload.
// The session's own hash decides, so a session is in or out for as long as the share does not fall,
// on every edge alike, and a share that grows only ever takes sessions in.

import { toPairHash, toUnit, toWordHash } from "../spread/hash.ts";

/** Purposes draw apart: who is turned away first must not always be the canary too. */
export type SharePurpose = "canary" | "shed";

/** Whether a session is in a share of 0 to 1. */
export function isInShare(purpose: SharePurpose, session: string, share: number): boolean {
  return toUnit(toPairHash(toWordHash(purpose), toWordHash(session))) < share;
}
