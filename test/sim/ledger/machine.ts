// The real ledger as the drive sees it.

import { applyLedgerEvent } from "../../../workers/core/continuity/apply-event.ts";
import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import { decideJoinability } from "../../../workers/core/continuity/joinability.ts";
import type { Ledger } from "../../../workers/core/continuity/ledger.ts";
import { toLedger } from "../../../workers/core/continuity/ledger.ts";
import {
  printCanonical,
  printCanonicalMultivariant,
} from "../../../workers/core/continuity/print-canonical.ts";
import type { Decision, LedgerReason } from "../../../workers/core/continuity/reason.ts";
import { toRescue } from "../../../workers/core/continuity/rescue.ts";
import {
  parseSnapshot,
  printSnapshot,
  toSnapshot,
} from "../../../workers/core/continuity/snapshot.ts";
import type { LedgerUnderTest } from "./ledger-under-test.ts";
import type { World } from "./plan.ts";
import type { Forecast } from "./sighting.ts";

/** How often histories have led to each decision, over the whole run. */
export const reasonCounts = new Map<LedgerReason, number>();

export class Machine implements LedgerUnderTest {
  ledger: Ledger;
  #decisions: readonly Decision[] = [];

  constructor(world: World) {
    this.ledger = toLedger({
      channel: "demo",
      origins: world.origins.map(({ plan }) => plan.id),
      replicas: world.replicas,
      assembleParts: world.seed % 3 !== 0,
    });
  }

  apply(event: LedgerEvent, nowMs: number): readonly LedgerEffect[] {
    const { ledger, effects } = applyLedgerEvent(this.ledger, event, nowMs);
    this.ledger = ledger;
    this.#countDecisions();
    return effects;
  }

  /** Decisions are bounded in the ledger: those behind the last one seen are new. */
  #countDecisions(): void {
    const { decisions } = this.ledger;
    if (decisions === this.#decisions) return;
    const seen = this.#decisions.at(-1);
    for (let at = decisions.length - 1; at >= 0 && decisions[at] !== seen; at -= 1) {
      const reason = decisions[at]?.reason as LedgerReason;
      reasonCounts.set(reason, (reasonCounts.get(reason) ?? 0) + 1);
    }
    this.#decisions = decisions;
  }

  print(rendition: string): string | null {
    return printCanonical(this.ledger, rendition);
  }

  printMultivariant(): string | null {
    return printCanonicalMultivariant(this.ledger);
  }

  rescue(timeline: number, path: string): readonly { origin: string; path: string }[] {
    return toRescue(this.ledger, timeline, path);
  }

  forecast(origin: string, nowMs: number): Omit<Forecast, "run"> | null {
    const found = decideJoinability(this.ledger, nowMs).find((each) => each.origin === origin);
    if (found === undefined) return null;
    const { join, repeatSecondsMax, reason } = found;
    return { originId: origin, join, repeatSecondsMax, reason };
  }

  restart(): void {
    const restored = parseSnapshot(printSnapshot(toSnapshot(this.ledger)));
    if ("kind" in restored && restored.kind === "failure") {
      throw new Error(`A snapshot cannot be read: ${JSON.stringify(restored)}`);
    }
    this.ledger = restored as Ledger;
    this.#decisions = this.ledger.decisions;
  }
}

/** One that is written down and read back before every event: its object dies all the time. */
export class ForgetfulMachine extends Machine {
  override apply(event: LedgerEvent, nowMs: number): readonly LedgerEffect[] {
    this.restart();
    return super.apply(event, nowMs);
  }
}
