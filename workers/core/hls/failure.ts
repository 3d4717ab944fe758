// Why a text is not a playlist that we may serve: a closed set of reasons, each with the line that
// shows it. A failure here is the origin's fault (spec.md sections 1 and 12), never the viewer's.
// What a failure leads to (another origin, stale copy, 502) is decided by the pipeline, not here.

export const playlistFailureReasons = [
  "not-a-playlist",
  "byte-order-mark",
  "control-character",
  "too-large",
  "too-many-lines",
  "line-too-long",
  "too-many-attributes",
  "mixed-kinds",
  "duplicate-version",
  "bad-attribute-list",
  "bad-number",
  "number-too-large",
  "missing-target-duration",
  "missing-duration",
  "missing-uri",
] as const;

export type PlaylistFailureReason = (typeof playlistFailureReasons)[number];

export interface PlaylistFailure {
  readonly kind: "failure";
  readonly reason: PlaylistFailureReason;
  /** Line number, counted from 1. */
  readonly line: number;
  /** One sentence for an operator. It quotes at most a short piece of the input. */
  readonly detail: string;
}

/**
 * Number of the line that holds `offset`, counted from 1. Linear in the offset: for failures only.
 */
export function toLineNumber(text: string, offset: number): number {
  let line = 1;
  let position = text.indexOf("\n");
  while (position !== -1 && position < offset) {
    line += 1;
    position = text.indexOf("\n", position + 1);
  }
  return line;
}

/** A short, printable piece of the input for a failure's detail. */
export function printExcerpt(text: string, start: number, end: number): string {
  const piece = text.slice(start, Math.min(end, start + 60)).replace(/[^\x20-\x7e]/g, "?");
  return end - start > 60 ? `${piece}...` : piece;
}
