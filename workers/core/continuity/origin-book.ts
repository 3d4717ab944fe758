// What is known of one origin: its epochs and, in each, a listing per rendition. An epoch is one
// continuous numbering of an encoder; a restart begins a new one. One epoch is current: the face
// that is listened to. Others are remembered so that a body that comes back is recognised as what
// it was, and not taken for a restart.

import type { Listing } from "./listing.ts";

export interface Epoch {
  /** Counted per origin from 0. */
  readonly id: number;
  /** By canonical path of the rendition. */
  readonly listings: ReadonlyMap<string, Listing>;
}

export interface OriginBook {
  readonly id: string;
  readonly epochs: readonly Epoch[];
  readonly current: number;
  readonly nextEpoch: number;
  /** True once two epochs were seen in turn: two nodes behind one URL. */
  readonly isMultiFaced: boolean;
  /** Canonical path by own path; null as long as its multivariant playlist was not read. */
  readonly paths: ReadonlyMap<string, string> | null;
  /** Canonical paths without a counterpart there. */
  readonly missing: readonly string[];
}

export function toOriginBook(id: string): OriginBook {
  return {
    id,
    epochs: [],
    current: 0,
    nextEpoch: 0,
    isMultiFaced: false,
    paths: null,
    missing: [],
  };
}

export function toEpoch(book: OriginBook | undefined, id: number): Epoch | null {
  return book?.epochs.find((epoch) => epoch.id === id) ?? null;
}

export function toListing(book: OriginBook, epoch: number, rendition: string): Listing | null {
  return toEpoch(book, epoch)?.listings.get(rendition) ?? null;
}

/** The book with this listing in it. */
export function applyListing(
  book: OriginBook,
  epochId: number,
  rendition: string,
  listing: Listing,
): OriginBook {
  const epochs = book.epochs.map((epoch) => {
    if (epoch.id !== epochId) return epoch;
    return { ...epoch, listings: new Map(epoch.listings).set(rendition, listing) };
  });
  return { ...book, epochs };
}
