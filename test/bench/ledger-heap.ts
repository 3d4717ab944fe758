// How much heap a ledger of so many hours holds, in a process of its own so that nobody else's
// garbage counts: `node --expose-gc ledger-heap.ts HOURS`. Windows have slid for a while, because
// what a new version leaves behind counts too. Prints one JSON object; ledger.ts starts it.

import { applyLedgerEvent } from "../../workers/core/continuity/apply-event.ts";
import type { Ledger } from "../../workers/core/continuity/ledger.ts";
import {
  fillLedger,
  renditionCount,
  segmentsPerHour,
  toNowMs,
  toVersionEvent,
} from "./ledger-channel.ts";

const { gc } = globalThis;
if (gc === undefined) throw new Error("Run with --expose-gc.");
const count = Number(process.argv[2]) * segmentsPerHour;
const slides = 5;

function run(segments: number): Ledger {
  let ledger = fillLedger(segments);
  for (let first = 1; first <= slides; first += 1) {
    for (let rendition = 0; rendition < renditionCount; rendition += 1) {
      const event = toVersionEvent(rendition, first, segments);
      ledger = applyLedgerEvent(ledger, event, toNowMs(first, segments)).ledger;
    }
  }
  return ledger;
}

run(20);
gc();
const beforeBytes = process.memoryUsage().heapUsed;
const held = run(count);
gc();
const heldBytes = process.memoryUsage().heapUsed - beforeBytes;
console.log(JSON.stringify({ heldBytes, decisions: held.decisions.length }));
