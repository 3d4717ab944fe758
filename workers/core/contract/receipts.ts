// What an event can prove: an entry for every file and place, what each kind of proof says, and a
// signature over all of it. Read by people and by tools outside of this system, for years: fields
// are added, never changed.
//
// The signature is a JWS (RFC 7515) whose payload is the receipt itself in canonical form (RFC
// 8785) and is left out of it (appendix F): whoever checks prints the receipt canonically again.

import type { WarmAdapter, WarmFailure } from "./warming.ts";

export const CLAIM_KINDS = [
  /** R2 holds it: one read in the world is done. */
  "hot-tier",
  /** Workers Cache had it when the region's agent asked: an upper tier holds it. */
  "upper-tier",
  /** The Cache API of the named data centre had it. Says nothing of others in that region. */
  "data-centre",
  /** Viewers of the region got hits of the channel since the event began. */
  "region-seen",
] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/** One file in one place, as it was last seen. */
export interface ReceiptEntry {
  readonly path: string;
  /** A region, or "hot-tier". */
  readonly place: string;
  /** What `warm` means here; null where nothing was seen. */
  readonly claim: Exclude<ClaimKind, "region-seen"> | null;
  readonly warm: boolean;
  readonly failure: WarmFailure | null;
  readonly adapter: WarmAdapter | null;
  /** "l1": the edge's cache; "l2": the hot tier. */
  readonly tier: string | null;
  readonly dataCentre: string | null;
  readonly status: number;
  readonly etag: string | null;
  readonly lengthBytes: number | null;
  readonly md5: string | null;
  readonly version: string | null;
  readonly ageSeconds: number | null;
  /** Unix milliseconds of the look. */
  readonly seenAtMs: number | null;
  /** Whether bytes and validator were compared with what the storage holds. */
  readonly isCompared: boolean;
  readonly tries: number;
}

export interface ReceiptClaim {
  readonly kind: ClaimKind;
  readonly place: string;
  readonly dataCentres: readonly string[];
  /** Files, or for "region-seen" requests of viewers. */
  readonly proven: number;
  readonly of: number;
}

/** One time that everything was looked at. */
export interface ReceiptPass {
  readonly kind: "run" | "look";
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly warm: number;
  readonly of: number;
  /** Files that this pass found cold. */
  readonly decays: number;
}

export interface Receipt {
  readonly kind: "weir-receipt";
  readonly format: 1;
  readonly eventId: string;
  readonly title: string;
  readonly channel: string;
  readonly issuedAtMs: number;
  readonly state: string;
  /** Warm objects of all, and the share that was wanted. */
  readonly coverage: { readonly warm: number; readonly of: number; readonly wanted: number };
  readonly claims: readonly ReceiptClaim[];
  readonly passes: readonly ReceiptPass[];
  readonly entries: readonly ReceiptEntry[];
}

export interface SignedReceipt {
  readonly receipt: Receipt;
  /** Null: this deployment has no key (secret WEIR_RECEIPT_KEY). */
  readonly signature: { readonly protected: string; readonly signature: string } | null;
}
