// Puts the way to the steering manifest into a multivariant playlist (bis-22 section 4.4.6.6; spec
// section 5, T1, T2 and T8): the tag, the pathway "entry" on whatever names none, and a clone of it
// on each delivery host. All hosts are cloned, also the one that serves this, so that the text is
// the same everywhere, is stored and shared; the manifest names those that are another host for who
// asks. Clones are absolute, and so cannot carry a token of the path: where tokens are needed the
// manifest alone tells of other hosts, which is enough for hls.js and not for Shaka Player.
//
// A playlist that brings pathways of its own is left as it is: its author steers already, and two
// hands on one wheel help nobody.

import type { Channel } from "../core/config/catalog.ts";
import { defaultPlaylistLimits } from "../core/hls/limits.ts";
import { parsePlaylist } from "../core/hls/parse-playlist.ts";
import { parseCanaryId } from "../core/route/canary.ts";
import { ENTRY_PATHWAY } from "../core/steer/steering.ts";
import { applyContentSteering } from "../core/transform/edits/content-steering.ts";

/**
 * A multivariant playlist as viewers get it, with the way to its steering manifest in it; `path` is
 * its own as printed below the channel. Anything else comes back as it is.
 */
export function toSteered(text: string, channel: Channel, path: string): string {
  const { steering, auth } = channel.policy;
  if (steering === undefined || /PATHWAY-ID|CONTENT-STEERING/.test(text)) return text;
  const playlist = parsePlaylist(text, defaultPlaylistLimits);
  if (playlist.kind !== "multivariant") return text;
  const { channelId, canary } = parseCanaryId(channel.id);
  const edited = applyContentSteering(playlist, {
    // Relative, so that a token in the path and the host's name carry on by themselves.
    serverUri: `${"../".repeat(path.split("/").length + (canary === 0 ? 0 : 1))}_/steering/${channelId}`,
    pathwayId: ENTRY_PATHWAY,
    clones: (auth === "open" ? steering : []).map(({ id, url }) => ({
      baseId: ENTRY_PATHWAY,
      id,
      origin: url.replace(/\/$/, ""),
    })),
    playlistUrl: `https://weir.invalid/${channel.id}/${path}`,
  });
  return edited.kind === "edited" ? edited.playlist.text : text;
}
