// hls.js as a judge of a whole sequence of reloads: its own M3U8Parser reads each playlist and its
// own BasePlaylistController merges it into the one before (its level and audio controllers inherit
// that), exactly as in a browser. Around it stands a page that does not exist:
//   - nothing is downloaded, so media timestamps never correct the times; every second segment is
//     marked as if it had been, with the times of the playlist;
//   - no delivery directives, no timers (a controller that may not load sets none);
//   - renditions are merged each for itself; aligning one with the other is done by code that the
//     bundle does not export.

import { loadHlsJs, type PlaylistController, SILENT_LOGGER, toLoaded } from "../../kit/hls-js.ts";
import type { Reload } from "./player.ts";
import { SegmentMemory } from "./player.ts";

interface Fragment {
  readonly sn: number;
  readonly cc: number;
  readonly url: string;
  readonly byteRange: readonly number[];
  readonly start: number;
  readonly duration: number;
  startPTS?: number;
  endPTS?: number;
  startDTS?: number;
  endDTS?: number;
}

interface Details {
  readonly fragments: readonly Fragment[];
  readonly startSN: number;
  readonly endSN: number;
  readonly live: boolean;
  readonly playlistParsingError: Error | null;
}

interface Page {
  readonly config: Readonly<Record<string, unknown>>;
  readonly mainForwardBufferInfo: null;
  readonly logger: Readonly<Record<string, () => void>>;
  trigger(event: string, data: { readonly details?: string; readonly reason?: string }): void;
}

const { BasePlaylistController, M3U8Parser } = await loadHlsJs<Details>();
const config = { liveMaxUnchangedPlaylistRefresh: Number.POSITIVE_INFINITY, lowLatencyMode: true };

export class HlsJs {
  readonly #complaints: string[] = [];
  readonly #controller: PlaylistController<Details>;
  readonly #memory = new SegmentMemory();
  #details: Details | undefined;
  #text = "";

  constructor() {
    const page: Page = {
      config,
      mainForwardBufferInfo: null,
      logger: SILENT_LOGGER,
      trigger: (_event, { details, reason }) => {
        this.#complaints.push(`${details}: ${reason?.split("\n")[0]}`);
      },
    };
    this.#controller = new BasePlaylistController(page, "sim");
  }

  /** What the player complains about when it gets this playlist after all the others. */
  reload({ path, type, text }: Reload): readonly string[] {
    this.#complaints.length = 0;
    if (this.#details?.live === false) {
      // A player that has seen the end never asks again.
      return text === this.#text ? [] : ["the playlist changes after its end"];
    }
    this.#text = text;
    const kind = type === "video" ? "main" : type === "audio" ? "audio" : "subtitle";
    const url = `http://edge.example/demo/${path}`;
    const details = M3U8Parser.parseLevelPlaylist(text, url, 0, kind, 0, null);
    if (details.playlistParsingError !== null) return [details.playlistParsingError.message];
    if (details.fragments.length === 0) return ["No Segments found in Playlist"];
    const previous = this.#details;
    this.#controller.playlistLoaded(0, toLoaded(details), previous);
    this.#details = details;
    if (previous !== undefined && details.endSN < previous.endSN) {
      this.#complaints.push(`ends with ${details.endSN}, ended with ${previous.endSN} before`);
    }
    // With nothing in common the player can only guess where the new window lies.
    if (previous !== undefined && details.startSN > previous.endSN) this.#memory.forget();
    this.#compareTimes(details);
    return [...this.#complaints];
  }

  #compareTimes(details: Details): void {
    for (const fragment of details.fragments) {
      // Behind a discontinuity media may come again (a standby that lags, an origin that returns).
      const uri = `${fragment.url} ${fragment.byteRange.join("-")} of ${fragment.cc}`;
      const wrong = this.#memory.check(uri, fragment.sn, fragment.start);
      if (wrong !== null) this.#complaints.push(wrong);
      if (fragment.sn % 2 === 0) markAsLoaded(fragment);
    }
  }
}

function markAsLoaded(fragment: Fragment): void {
  if (fragment.startPTS !== undefined) return;
  fragment.startPTS = fragment.start;
  fragment.startDTS = fragment.start;
  fragment.endPTS = fragment.start + fragment.duration;
  fragment.endDTS = fragment.endPTS;
}
