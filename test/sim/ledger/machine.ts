// The real ledger as the drive sees it.

import { applyLedgerEvent } from "../../../workers/core/continuity/apply-event.ts";
import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import type { Ledger } from "../../../workers/core/continuity/ledger.ts";
import { toLedger } from "../../../workers/core/continuity/ledger.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import {
  parseSnapshot,
  printSnapshot,
  toSnapshot,
} from "../../../workers/core/continuity/snapshot.ts";
import type { LedgerUnderTest } from "./drive.ts";
import type { World } from "./plan.ts";

export class Machine implements LedgerUnderTest {
  ledger: Ledger;

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
    return effects;
  }

  print(rendition: string): string | null {
    return printCanonical(this.ledger, rendition);
  }

  restart(): void {
    const restored = parseSnapshot(printSnapshot(toSnapshot(this.ledger)));
    if ("kind" in restored && restored.kind === "failure") {
      throw new Error(`A snapshot cannot be read: ${JSON.stringify(restored)}`);
    }
    this.ledger = restored as Ledger;
  }
}
