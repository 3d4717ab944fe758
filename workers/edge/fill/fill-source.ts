// Where a fill's bytes come from: the origins themselves, or the hot tier and its filler in front
// of them. The pump reads whatever a source opens; when that breaks off it says so and asks again,
// from where it stands.

import type { FailureClass } from "../../core/health/failure.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { StorableMeta } from "../../platform/edge-cache.ts";
import type { FillHead } from "./fill-head.ts";

/** Where a fill stands: bytes passed on, and what they were said to be. */
export interface FillPlace {
  readonly position: number;
  /** Null while nothing was passed on: then anybody's bytes will do. */
  readonly head: FillHead | null;
}

/** A stored copy that may be confirmed instead of read again. */
export interface HeldCopy {
  readonly meta: StorableMeta;
  /** Its bytes, or null if it is gone by now. */
  readonly open: () => Promise<ReadableStream<Uint8Array> | null>;
}

/** A part of a large file, to be filled like a file of its own. */
export interface FillSpan {
  /** Positions in the whole file, inclusive. */
  readonly first: number;
  readonly last: number;
  /** What the whole was said to be; only its bytes will do. */
  readonly whole: FillHead;
}

export interface OpenedBody {
  readonly kind: "opened";
  readonly head: FillHead;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Bytes at the front that have been passed on already. */
  readonly skipBytes: number;
  /** Silence after which the body counts as broken. */
  readonly stallMs: number;
  /** How long first bytes are held back so that a short body can be verified before it leaves. */
  readonly holdMs: number;
}

export interface FillSource {
  /** Opens the file from a place on; a problem is final. */
  open(place: FillPlace): Promise<OpenedBody | OriginProblem>;
  /** The body that was opened last broke off, fell silent or was damaged. */
  broke(failure: FailureClass, detail: string): void;
}
