// Snapshots: the same ledger after a restore, older versions, damaged ones.

import { describe, expect, test } from "vitest";
import type { Ledger } from "../../../workers/core/continuity/ledger.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import {
  parseSnapshot,
  printSnapshot,
  SNAPSHOT_VERSION,
  toSnapshot,
} from "../../../workers/core/continuity/snapshot.ts";
import { Channel, PATH } from "./ledger-channel.ts";

/** A window of 300 segments, a cut, and sealed chunks. */
function play(): Channel {
  const channel = new Channel().at(1800).lists("a", 0, 299).lists("b", 290, 299, { name: "b" });
  return channel.choose("b").at(1806).lists("b", 291, 300, { name: "b" });
}

function restore(text: string): Ledger {
  const found = parseSnapshot(text);
  if ("kind" in found) throw new Error(found.detail);
  return found;
}

describe("snapshot", () => {
  test("what is read back is what was written, and goes on the same way", () => {
    const channel = play();
    const written = channel.ledger;
    const read = restore(printSnapshot(toSnapshot(written)));
    expect(printCanonical(read, PATH)).toBe(printCanonical(written, PATH));
    channel.at(1812).lists("b", 292, 301, { name: "b" });
    const next = printCanonical(channel.ledger, PATH);
    channel.ledger = read;
    channel.at(1812).lists("b", 292, 301, { name: "b" });
    expect(printCanonical(channel.ledger, PATH)).toBe(next);
    expect(printSnapshot(toSnapshot(restore(printSnapshot(toSnapshot(read)))))).toBe(
      printSnapshot(toSnapshot(read)),
    );
  });

  test("sealed segments take a few letters each", () => {
    const channel = new Channel().at(12_000).lists("a", 0, 1999);
    const text = printSnapshot(toSnapshot(channel.ledger));
    const full = printCanonical(channel.ledger, PATH) ?? "";
    expect(text.length).toBeLessThan(full.length / 2);
  });

  test("version 1 wrote chunks as text", () => {
    const { ledger } = play();
    const snapshot = toSnapshot(ledger);
    const old = {
      ...snapshot,
      version: 1,
      renditions: snapshot.renditions.map((rendition) => {
        const chunks = [...(ledger.renditions.get(rendition.path)?.store.chunks ?? [])].map(
          ({ firstMsn, count, seconds, dateMs, text }) => [firstMsn, count, seconds, dateMs, text],
        );
        expect(chunks.length).toBeGreaterThan(0);
        return { ...rendition, store: { ...rendition.store, chunks } };
      }),
    } as unknown as typeof snapshot;
    expect(printCanonical(restore(printSnapshot(old)), PATH)).toBe(printCanonical(ledger, PATH));
  });

  const text = printSnapshot(toSnapshot(play().ledger));
  const cases = [
    { name: "no JSON", given: text.slice(0, -1), want: "not-a-snapshot" },
    { name: "other JSON", given: "[]", want: "not-a-snapshot" },
    { name: "null", given: "null", want: "not-a-snapshot" },
    {
      name: "a later version",
      given: text.replace(`"version":${SNAPSHOT_VERSION}`, `"version":${SNAPSHOT_VERSION + 1}`),
      want: "unknown-version",
    },
    { name: "parts missing", given: `{"version":${SNAPSHOT_VERSION}}`, want: "damaged" },
  ];
  test.each(cases)("$name", ({ given, want }) => {
    expect(parseSnapshot(given)).toMatchObject({ kind: "failure", reason: want });
  });
});
