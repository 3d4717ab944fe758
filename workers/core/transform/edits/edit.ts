// The one shape of an edit: playlist and plain options in, playlist out. An edit is a pure function
// over one kind of playlist; it describes its change as splices of the old text, so every byte that
// it does not name stays as it was (line breaks, quoting, unknown tags, a missing last newline).
// The result is read again by the parser, so facts can never disagree with the text. An edit that
// has nothing to do returns the very same playlist. It does NOT know the order of edits: compose.ts
// does.

import { parsePlaylist } from "../../hls/parse-playlist.ts";
import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "../../hls/playlist.ts";
import type { Splice } from "./splices.ts";
import { printSplices } from "./splices.ts";

export const editNames = [
  "variant-filter",
  "extra-playlists",
  "first-variant",
  "content-steering",
  "gaps",
  "window",
  "server-control",
  "start",
  "delta",
  "version",
] as const;
export type EditName = (typeof editNames)[number];

/** Why an edit did less than it was asked to; the playlist is still right. */
export const editNoteReasons = [
  "nothing-matched",
  "language-missing",
  "variant-missing",
  "not-live",
  "is-delta",
  "sequence-too-large",
  "no-skip-boundary",
  "no-history",
  "nothing-to-skip",
] as const;
export type EditNoteReason = (typeof editNoteReasons)[number];

export interface EditNote {
  readonly edit: EditName;
  readonly reason: EditNoteReason;
}

/** Why an edit cannot be done at all: a setting of the operator does not fit this playlist. */
export const editRefusalReasons = [
  "bad-options",
  "bad-uri",
  "unknown-pathway",
  "pathway-exists",
] as const;
export type EditRefusalReason = (typeof editRefusalReasons)[number];

export interface EditRefusal {
  readonly kind: "refused";
  readonly edit: EditName;
  readonly reason: EditRefusalReason;
  readonly detail: string;
}

export interface Edited<P extends Playlist> {
  readonly kind: "edited";
  readonly playlist: P;
  readonly notes: readonly EditNote[];
}

export type EditResult<P extends Playlist> = Edited<P> | EditRefusal;
export type MediaEdit<Options> = (
  playlist: MediaPlaylist,
  options: Options,
) => EditResult<MediaPlaylist>;
export type MultivariantEdit<Options> = (
  playlist: MultivariantPlaylist,
  options: Options,
) => EditResult<MultivariantPlaylist>;

/**
 * The input was held to its limits already and edits add little: measuring again would only lie.
 */
const boundedBefore = {
  playlistCharsMax: Number.POSITIVE_INFINITY,
  linesMax: Number.POSITIVE_INFINITY,
  lineCharsMax: Number.POSITIVE_INFINITY,
  attributesMax: Number.POSITIVE_INFINITY,
};

/** The playlist with its splices applied. An edit that breaks a playlist is a bug, so it throws. */
export function toEdited<P extends Playlist>(
  playlist: P,
  splices: readonly Splice[],
  notes: readonly EditNote[] = [],
): Edited<P> {
  const text = printSplices(playlist.text, splices);
  if (text === playlist.text) return { kind: "edited", playlist, notes };
  const read = parsePlaylist(text, boundedBefore);
  if (read.kind !== playlist.kind) {
    const why = read.kind === "failure" ? `${read.reason}, line ${read.line}` : read.kind;
    throw new Error(`An edit broke a ${playlist.kind} playlist: ${why}.`);
  }
  return { kind: "edited", playlist: read as P, notes };
}

export function toUnedited<P extends Playlist>(
  playlist: P,
  edit: EditName,
  reason: EditNoteReason,
): Edited<P> {
  return { kind: "edited", playlist, notes: [{ edit, reason }] };
}

export function toEditRefusal(
  edit: EditName,
  reason: EditRefusalReason,
  detail: string,
): EditRefusal {
  return { kind: "refused", edit, reason, detail };
}
