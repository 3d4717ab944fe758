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

/** What an operator can do about each reason. */
export const playlistRemedies: Record<PlaylistFailureReason, string> = {
  "not-a-playlist":
    "Check that the origin's URL leads to a playlist, and not to an error page or another format.",
  "byte-order-mark": "Save the playlist as UTF-8 without the mark.",
  "control-character": "Let the packager end lines with a line feed and write no zero bytes.",
  "too-large": "Shorten the playlist's window at the packager.",
  "too-many-lines": "Shorten the playlist's window at the packager.",
  "line-too-long": "Move what the line carries into a file and name it by its URI.",
  "too-many-attributes": "Take attributes out of the tag at the packager.",
  "mixed-kinds": "Serve the multivariant playlist and its media playlists under two URLs.",
  "duplicate-version": "Let the packager write EXT-X-VERSION once.",
  "bad-attribute-list": "Mend the tag in the packager: its attribute list cannot be read.",
  "bad-number": "Let the packager write a decimal number there.",
  "number-too-large": "Let the packager count from a smaller number.",
  "missing-target-duration": "Let the packager write EXT-X-TARGETDURATION, or look for a cut body.",
  "missing-duration": "Let the packager write EXTINF before each segment.",
  "missing-uri": "Let the packager write a URI behind EXT-X-STREAM-INF, or look for a cut body.",
};

/** Where, what and what to do, in one line. It quotes the input: for operators and logs only. */
export function printPlaylistFailure({ reason, line, detail }: PlaylistFailure): string {
  const stop = detail.endsWith(".") ? "" : ".";
  return `line ${line}: ${detail}${stop} ${playlistRemedies[reason]}`;
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
