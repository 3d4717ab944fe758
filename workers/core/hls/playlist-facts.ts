// The facts of a media playlist that outlive its text: by them an edge judges how long a version
// lives (core/ttl) and whether the next one goes on from it (core/origin/succession.ts).

import type { MediaPlaylist } from "./playlist.ts";

/** As in MediaPlaylist, field by field; plain data that can be stored and sent. */
export type PlaylistFacts = Pick<
  MediaPlaylist,
  | "mediaSequence"
  | "discontinuitySequence"
  | "lastMsn"
  | "lastPart"
  | "targetDurationSeconds"
  | "partTargetSeconds"
  | "lastSegmentDurationSeconds"
  | "playlistType"
  | "ended"
>;

export function toPlaylistFacts(playlist: MediaPlaylist): PlaylistFacts {
  return {
    mediaSequence: playlist.mediaSequence,
    discontinuitySequence: playlist.discontinuitySequence,
    lastMsn: playlist.lastMsn,
    lastPart: playlist.lastPart,
    targetDurationSeconds: playlist.targetDurationSeconds,
    partTargetSeconds: playlist.partTargetSeconds,
    lastSegmentDurationSeconds: playlist.lastSegmentDurationSeconds,
    playlistType: playlist.playlistType,
    ended: playlist.ended,
  };
}
