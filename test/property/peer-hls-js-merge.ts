// hls.js as the judge of delta updates: its own M3U8Parser reads them, its own
// BasePlaylistController merges each into the playlist before, as in a browser. Nothing is
// downloaded and no timer runs; the player's own times of segments are not compared.

import { loadHlsJs, SILENT_LOGGER, toLoaded } from "../kit/hls-js.ts";

interface Range {
  readonly byteRange: readonly number[];
}

interface Fragment extends Range {
  readonly relurl: string;
  readonly sn: number;
  readonly cc: number;
  readonly duration: number;
  readonly gap?: boolean;
  readonly programDateTime: number | null;
  readonly initSegment: { readonly relurl: string } | null;
  readonly levelkeys?: Readonly<Record<string, { readonly method: string; readonly uri: string }>>;
}

interface Details {
  readonly fragments: readonly (Fragment | null)[];
  readonly partList: readonly { readonly relurl: string; readonly index: number }[] | null;
  readonly startSN: number;
  readonly endSN: number;
  readonly skippedSegments: number;
  readonly deltaUpdateFailed?: boolean;
  readonly playlistParsingError: Error | null;
  readonly dateRanges: Readonly<Record<string, unknown>>;
}

const { BasePlaylistController, M3U8Parser } = await loadHlsJs<Details>();

const page = {
  config: {
    liveMaxUnchangedPlaylistRefresh: Number.POSITIVE_INFINITY,
    lowLatencyMode: true,
    // Merges without it leave the date ranges' own text out of sight.
    enableDateRangeMetadataCues: false,
  },
  mainForwardBufferInfo: null,
  logger: SILENT_LOGGER,
  trigger: () => {},
};

/** What a player knows after a reload, in words that can be compared. */
export interface PlayerView {
  readonly start: number;
  readonly end: number;
  readonly fragments: readonly string[];
  readonly parts: readonly string[];
  readonly dateRanges: readonly string[];
}

export class MergingPlayer {
  readonly #controller = new BasePlaylistController(page, "property");
  #details: Details | undefined;

  /** Reads a playlist after all the others. */
  reload(text: string): PlayerView | string {
    const details = M3U8Parser.parseLevelPlaylist(text, BASE, 0, "main", 0, null);
    if (details.playlistParsingError !== null) return details.playlistParsingError.message;
    this.#controller.playlistLoaded(0, toLoaded(details), this.#details);
    if (details.deltaUpdateFailed === true) return "delta update failed";
    this.#details = details;
    return toView(details);
  }
}

const BASE = "https://viewer.example/demo/v1/index.m3u8";

function toView(details: Details): PlayerView {
  return {
    start: details.startSN,
    end: details.endSN,
    fragments: details.fragments.map((fragment) => (fragment === null ? "?" : toWords(fragment))),
    parts: (details.partList ?? []).map(({ relurl, index }) => `${relurl} ${index}`),
    dateRanges: Object.keys(details.dateRanges).sort(),
  };
}

function toWords(fragment: Fragment): string {
  const { sn, cc, relurl, duration, byteRange, gap, initSegment, levelkeys } = fragment;
  const keys = Object.values(levelkeys ?? {}).filter(({ method }) => method !== "NONE");
  return [
    `${sn} of ${cc}`,
    relurl,
    duration.toFixed(3),
    byteRange.join("-"),
    gap === true ? "gap" : "",
    initSegment?.relurl ?? "no init",
    keys.map(({ method, uri }) => `${method} ${uri}`).join(" "),
    fragment.programDateTime === null
      ? "no date"
      : new Date(fragment.programDateTime).toISOString(),
  ].join(" | ");
}
