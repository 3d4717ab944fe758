// One row of the HTTP conformance table: what an origin answers, what viewers ask, and what a cache
// between them must, should or may do about it, by a section of a standard. Rows are data, so that
// the same row judges Weir, nginx and Varnish alike (test/conformance/run-case.ts).
//
// An origin's body names the row and which of the origin's answers it is ("row #2 ..."), so every
// answer that a viewer gets tells whether it came from a cache.

/** How binding a sentence is. `MAY`: allowed and wanted here, such as reusing what is fresh. */
export const LEVELS = ["MUST", "SHOULD", "MAY"] as const;
export type Level = (typeof LEVELS)[number];

/** Which kind of file the row is about; the name's extension tells it to the caches. */
export const FILES = { side: "json", segment: "ts", init: "mp4", key: "key" } as const;
export type File = keyof typeof FILES;

/** Header values; `{now}`, `{now+60}` and `{now-60}` become HTTP dates when they are sent. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** What the origin does with one request. */
export interface OriginAnswer {
  readonly status?: number;
  readonly fields?: Fields;
  /** Length of the numbered body; 0 sends an empty one. */
  readonly bytes?: number;
  /** Answers 304 with these fields if the request carries a condition that names its validator. */
  readonly unchanged?: Fields;
  /** Sends only so many bytes of the body that it announces, then cuts the connection. */
  readonly cutAfter?: number;
  /** Without Content-Length: in chunks, or until the connection closes. */
  readonly framing?: "chunked" | "close";
  /** Gzips the body: always, or if the request accepts it. */
  readonly gzip?: "always" | "accepted";
  /** No Date field. */
  readonly undated?: true;
  /** Waits before it answers, milliseconds. */
  readonly delayMs?: number;
  /** Cuts the connection without an answer. */
  readonly reset?: true;
  /** These bytes instead of a well-formed answer; `{body}` becomes the numbered body. */
  readonly raw?: string;
}

/** What one of the viewers' answers must look like. */
export interface Want {
  readonly status?: number | readonly number[];
  /** Which of the origin's answers the body may be; a whole, undamaged one. */
  readonly from?: number | readonly number[];
  /** Positions of the body's first and last byte within the origin's body. */
  readonly slice?: readonly [number, number];
  readonly body?: "none" | "cut" | "any";
  /** Whether a whole body or any of these statuses; used where a standard leaves two ways. */
  readonly orStatus?: readonly number[];
  /** Text or pattern that the field must match, null for absent, or bounds for a number. */
  readonly fields?: Readonly<Record<string, FieldWant>>;
  /** Requests that the origin has seen of this row, after this step. */
  readonly asked?: number | readonly number[];
  /** What the newest of them carried. */
  readonly sent?: Readonly<Record<string, FieldWant>>;
}

export type FieldWant = string | RegExp | null | readonly [min: number, max: number];

/** One request, or several at once. */
export interface Step {
  /** Pause before it, milliseconds. */
  readonly afterMs?: number;
  readonly method?: string;
  readonly fields?: Fields;
  /** So many of them at the same moment. */
  readonly crowd?: number;
  /** With `crowd`: how many different bodies they may get altogether. */
  readonly bodies?: number;
  readonly want: Want;
}

export interface Row {
  readonly name: string;
  readonly section: string;
  readonly level: Level;
  readonly file?: File;
  /** The origin's answers in order; the last one is repeated. */
  readonly origin: readonly OriginAnswer[];
  readonly steps: readonly Step[];
  /** Why the row does not apply to Weir. */
  readonly notWeir?: string;
  /** Why the row does not apply to the peers. */
  readonly notPeers?: string;
}

/** Length of an origin's body where a row does not say. */
export const BODY_BYTES = 2_000;

/** What lets a lifetime of a second pass, with room for clocks of whole seconds. */
export const PAST_MS = 2_100;

/** A row in which the second request must, or may, be answered from the first one's copy. */
export function reused(
  name: string,
  section: string,
  level: Level,
  fields: Fields,
  more: Partial<Row> & { readonly afterMs?: number } = {},
): Row {
  const { afterMs = 0, ...rest } = more;
  const steps = [{ want: { from: 1 } }, { afterMs, want: { from: 1, asked: 1 } }];
  return { name, section, level, origin: [{ fields }], steps, ...rest };
}

/** A row in which the second request must reach the origin. */
export function notReused(
  name: string,
  section: string,
  level: Level,
  fields: Fields,
  more: Partial<Row> & { readonly afterMs?: number } = {},
): Row {
  const { afterMs = 0, ...rest } = more;
  const steps = [{ want: { from: 1 } }, { afterMs, want: { from: 2, asked: 2 } }];
  return { name, section, level, origin: [{ fields }], steps, ...rest };
}
