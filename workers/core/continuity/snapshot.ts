// The whole ledger as text and back: for the coordinator's storage and for a coordinator that
// starts elsewhere. A window of twelve hours and fifteen renditions stays far below 8 MB, because
// sealed chunks are coded (block-code.ts) and listings are written as their lines. A chunk is coded
// once and remembered; after a restore its text is made when somebody prints it.
//
// Version 1 wrote chunks as plain text. A reader accepts its own version and the one before.

import { parseBlockCode, printBlockCode } from "./block-code.ts";
import type { BlockStore, Chunk } from "./block-store.ts";
import type { Ledger } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import type { OriginBook } from "./origin-book.ts";
import type { ReadStart } from "./read-blocks.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { printBlocks, toDates, toReread, toStartOf } from "./reread-blocks.ts";

export const SNAPSHOT_VERSION = 2;
const OLDEST_VERSION = 1;

export const snapshotFailureReasons = ["not-a-snapshot", "unknown-version", "damaged"] as const;
export type SnapshotFailureReason = (typeof snapshotFailureReasons)[number];

export interface SnapshotFailure {
  readonly kind: "failure";
  readonly reason: SnapshotFailureReason;
  readonly detail: string;
}

/** Plain values that JSON can hold, maps excepted. */
export interface Snapshot {
  readonly version: number;
  readonly ledger: Omit<Ledger, "origins" | "renditions">;
  readonly origins: readonly StoredOrigin[];
  readonly renditions: readonly StoredRendition[];
}

interface StoredListing extends Omit<Listing, "blocks"> {
  readonly path: string;
  readonly start: ReadStart | null;
  readonly text: string;
  /** Start of each block: some were counted back from later versions. */
  readonly dates: readonly (number | null)[];
}

interface StoredOrigin extends Omit<OriginBook, "epochs"> {
  readonly epochs: readonly {
    readonly id: number;
    readonly listings: readonly (readonly [string, StoredListing])[];
  }[];
}

/** First number, count, seconds, date, text (version 1) or code. */
type StoredChunk = readonly [number, number, number, number | null, string];

interface StoredRendition extends Omit<RenditionBook, "store"> {
  readonly store: Omit<BlockStore, "chunks"> & { readonly chunks: readonly StoredChunk[] };
}

export function toSnapshot(ledger: Ledger): Snapshot {
  const { origins, renditions, ...rest } = ledger;
  return {
    version: SNAPSHOT_VERSION,
    ledger: rest,
    origins: [...origins.values()].map(toStoredOrigin),
    renditions: [...renditions.values()].map(toStoredRendition),
  };
}

export function printSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot, (_, value) => {
    return value instanceof Map ? { [mapName]: [...value] } : value;
  });
}

/** JSON has no maps: an object with this one name stands for one. */
const mapName = "$map";

export function parseSnapshot(text: string): Ledger | SnapshotFailure {
  let found: unknown;
  try {
    found = JSON.parse(text, (_, value) => {
      return Array.isArray(value?.[mapName]) ? new Map(value[mapName]) : value;
    });
  } catch (error) {
    return fail("not-a-snapshot", String(error).slice(0, 120));
  }
  const snapshot = found as Partial<Snapshot> | null;
  const version = snapshot?.version;
  if (typeof version !== "number") return fail("not-a-snapshot", "It has no version.");
  if (version < OLDEST_VERSION || version > SNAPSHOT_VERSION) {
    return fail("unknown-version", `Version ${version}; read are 1 to ${SNAPSHOT_VERSION}.`);
  }
  try {
    return toRestored(snapshot as Snapshot, version);
  } catch (error) {
    return fail("damaged", String(error).slice(0, 120));
  }
}

function fail(reason: SnapshotFailureReason, detail: string): SnapshotFailure {
  return { kind: "failure", reason, detail };
}

function toRestored(snapshot: Snapshot, version: number): Ledger {
  const origins = snapshot.origins.map(toOriginBook);
  const renditions = snapshot.renditions.map((stored) => toRenditionBook(stored, version));
  return {
    ...snapshot.ledger,
    origins: new Map(origins.map((book) => [book.id, book])),
    renditions: new Map(renditions.map((book) => [book.path, book])),
  };
}

function toStoredOrigin(book: OriginBook): StoredOrigin {
  const epochs = book.epochs.map(({ id, listings }) => {
    const stored = [...listings].map(
      ([path, listing]) => [path, toStoredListing(listing)] as const,
    );
    return { id, listings: stored };
  });
  return { ...book, epochs };
}

function toOriginBook(stored: StoredOrigin): OriginBook {
  const epochs = stored.epochs.map(({ id, listings }) => {
    return { id, listings: new Map(listings.map(([path, one]) => [path, toListing(one)])) };
  });
  return { ...stored, epochs };
}

/** Blocks as their lines: reading them again gives the same blocks. */
function toStoredListing(listing: Listing): StoredListing {
  const { blocks, ...rest } = listing;
  const text = printBlockCode(printBlocks(blocks));
  return { ...rest, start: toStartOf(blocks), text, dates: toDates(blocks) };
}

function toListing({ start, text, dates, ...rest }: StoredListing): Listing {
  if (start === null) return { ...rest, blocks: [] };
  return { ...rest, blocks: toReread(parseBlockCode(text), start, dates) };
}

function toStoredRendition(book: RenditionBook): StoredRendition {
  const { front, chunks, end, count, seconds } = book.store;
  const stored = chunks.map((chunk): StoredChunk => {
    return [chunk.firstMsn, chunk.count, chunk.seconds, chunk.dateMs, toChunkCode(chunk)];
  });
  return { ...book, store: { front, end, count, seconds, chunks: stored } };
}

function toRenditionBook(stored: StoredRendition, version: number): RenditionBook {
  const chunks = stored.store.chunks.map(([firstMsn, count, seconds, dateMs, text]): Chunk => {
    if (version < 2) return { firstMsn, count, seconds, dateMs, text };
    return new CodedChunk(firstMsn, count, seconds, dateMs, text);
  });
  return { ...stored, store: { ...stored.store, chunks } };
}

/** Codes of chunks that were sealed here, so that each is made once. */
const codes = new WeakMap<Chunk, string>();

function toChunkCode(chunk: Chunk): string {
  if (chunk instanceof CodedChunk) return chunk.code;
  const known = codes.get(chunk);
  if (known !== undefined) return known;
  const code = printBlockCode(chunk.text);
  codes.set(chunk, code);
  return code;
}

/** A chunk whose text is made on demand. A class for the sake of that one fact. */
class CodedChunk implements Chunk {
  readonly firstMsn: number;
  readonly count: number;
  readonly seconds: number;
  readonly dateMs: number | null;
  readonly code: string;
  private made: string | null = null;

  constructor(
    firstMsn: number,
    count: number,
    seconds: number,
    dateMs: number | null,
    code: string,
  ) {
    this.firstMsn = firstMsn;
    this.count = count;
    this.seconds = seconds;
    this.dateMs = dateMs;
    this.code = code;
  }

  get text(): string {
    this.made ??= parseBlockCode(this.code);
    return this.made;
  }
}
