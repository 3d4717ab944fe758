// What one live channel's playlists promise, and their texts with these promises in them. The first
// playlist decides; delta updates are promised from the moment on at which a window is long enough
// for them. All playlists of a channel say the same, so a change of mind means that all of them are
// published again. The rules are core/delivery/promises.ts'.

import type { ReloadPromises, VersionFacts } from "../../core/contract/version.ts";
import { type BlockingMode, decidePromises, type Promises } from "../../core/delivery/promises.ts";
import { parsePlaylist } from "../../core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../core/hls/playlist.ts";
import { toPlaylistFacts } from "../../core/hls/playlist-facts.ts";
import { printServerControl } from "../../core/transform/edits/head-control.ts";

/** A canonical playlist as viewers get it. */
export interface ShownText {
  readonly text: string;
  /** Null for a multivariant playlist. */
  readonly facts: VersionFacts | null;
}

export class ChannelPromises {
  #mode: BlockingMode;
  #canSkip = false;
  #said = "";
  #isChanged = false;

  constructor(mode: BlockingMode) {
    this.#mode = mode;
  }

  use(mode: BlockingMode): void {
    this.#isChanged ||= mode !== this.#mode;
    this.#mode = mode;
  }

  /** What a former life of the channel's object has promised. */
  restore(promised: ReloadPromises | undefined): void {
    this.#canSkip ||= promised?.canSkip === true;
  }

  /** Whether the other playlists have to be published again; asked once per change. */
  takeChange(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  toShown(text: string): ShownText {
    const playlist = parsePlaylist(text);
    if (playlist.kind !== "media") return { text, facts: null };
    if (playlist.ended) return { text, facts: toFacts(playlist, null) };
    const promises = decidePromises({
      mode: this.#mode,
      targetDurationSeconds: playlist.targetDurationSeconds,
      partTargetSeconds: playlist.partTargetSeconds,
      windowSeconds: playlist.totalDurationSeconds,
      canSkip: this.#canSkip,
    });
    this.#canSkip ||= promises.skipUntilSeconds !== null;
    const said = `${promises.canBlock} ${promises.skipUntilSeconds}`;
    if (this.#said !== "" && this.#said !== said) this.#isChanged = true;
    this.#said = said;
    const options = {
      canBlockReload: promises.canBlock,
      canSkipUntilSeconds: promises.skipUntilSeconds,
    };
    return { text: printServerControl(text, options), facts: toFacts(playlist, promises) };
  }
}

function toFacts(playlist: MediaPlaylist, promises: Promises | null): VersionFacts {
  const reload = promises === null ? {} : { reload: toReload(playlist, promises) };
  return { ...toPlaylistFacts(playlist), ...reload };
}

function toReload({ text, partCount }: MediaPlaylist, promises: Promises): ReloadPromises {
  return {
    canBlock: promises.canBlock,
    canSkip: promises.skipUntilSeconds !== null,
    lastSegmentParts: partCount === 0 ? 0 : countLastParts(text),
    blockingReason: promises.blockingReason,
    skipReason: promises.skipReason,
  };
}

/** Parts of the last complete segment: the lines between the last URI line and the one before. */
function countLastParts(text: string): number {
  let lineEnd = text.length;
  let count = 0;
  let hasUri = false;
  while (lineEnd > 0) {
    const start = text.lastIndexOf("\n", lineEnd - 1) + 1;
    const isUri = start < lineEnd && !text.startsWith("#", start);
    if (isUri && hasUri) return count;
    hasUri ||= isUri;
    if (hasUri && text.startsWith("#EXT-X-PART:", start)) count += 1;
    lineEnd = start - 1;
  }
  return count;
}
