// A playlist on its way from an origin to the ledger.

import type { LedgerPlace } from "../../../workers/core/continuity/event.ts";

/** A playlist without titles. */
export function toVeiled(text: string): string {
  return text.replace(/,e\d+s\d+\n/g, ",\n");
}

/** Where it came from. */
export function toPlaceOf(origin: string, path: string): LedgerPlace {
  return {
    channel: "demo",
    playlistUrl: `https://${origin}.example/live/${path}`,
    prefixUrl: `https://${origin}.example/live/`,
    beyondPrefix: false,
    hosts: [],
    unknownHosts: "keep",
    query: "",
  };
}
