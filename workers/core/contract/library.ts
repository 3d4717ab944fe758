// A library's names on their way: preload lists a channel's storages and writes a filter of what it
// found into KV, edges read it there, and ask the channel's LibraryGuard about names that it does
// not know.

import type { Origin } from "../config/catalog.ts";

/** The head of a channel's filter; blocks are beside it under `toFilterBlockKey`. */
export interface FilterHead {
  readonly contract: number;
  readonly channel: string;
  /** Grows with every listing. */
  readonly version: number;
  readonly blockCount: number;
  readonly nameCount: number;
  /** What was listed: bucket and prefix of each storage. Others make the filter meaningless. */
  readonly places: readonly string[];
}

/** Where the head of a channel's filter is. */
export function toFilterHeadKey(channel: string): string {
  return `names/${channel}`;
}

/** Where a block of it is. */
export function toFilterBlockKey(channel: string, version: number, block: number): string {
  return `names/${channel}/${version}/${block}`;
}

export interface LibraryAsk {
  readonly contract: number;
  readonly channel: string;
  readonly region: string;
  /** Decoded path below the channel. */
  readonly path: string;
  readonly version: number;
  /** Where it would be, in the order in which it would be asked for. */
  readonly places: readonly { readonly origin: Origin; readonly url: string }[];
}

/** `busy`: the budget of questions is used up, or no storage could say; nobody knows. */
export type LibraryAnswer = { readonly kind: "there" | "absent" | "busy" };
