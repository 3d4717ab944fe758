// What the simulator wants of a ledger: the machine itself (machine.ts), or one that is broken on
// purpose (canary.ts).

import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import type { Forecast } from "./sighting.ts";

/** The machine under test, or a broken one in its place. */
export interface LedgerUnderTest {
  apply(event: LedgerEvent, nowMs: number): readonly LedgerEffect[];
  print(rendition: string): string | null;
  printMultivariant(): string | null;
  /** Origins that hold the bytes of a file of a timeline, and its name there. */
  rescue(timeline: number, path: string): readonly { origin: string; path: string }[];
  /** What it says now about going over to an origin; null if it says nothing of it. */
  forecast(origin: string, nowMs: number): Omit<Forecast, "run"> | null;
  /** Writes the state down and reads it back. */
  restart(): void;
}
