// hls.js's own code for reading playlists and for merging each into the one before, without a
// browser: the bundle expects a `self`, and its controllers a player, of which `page` is as much as
// they ask for. `Details` are a playlist as hls.js hands it out, as far as a judge looks at it.

export interface LoadedPlaylist<Details> {
  readonly details: Details;
  readonly stats: { readonly loading: { readonly start: number; readonly first: number } };
  readonly levelInfo: { readonly id: number };
}

export interface PlaylistController<Details> {
  playlistLoaded(index: number, data: LoadedPlaylist<Details>, previous: Details | undefined): void;
}

export interface HlsJsParts<Details> {
  readonly BasePlaylistController: new (
    page: object,
    logPrefix: string,
  ) => PlaylistController<Details>;
  readonly M3U8Parser: {
    parseLevelPlaylist(
      text: string,
      url: string,
      id: number,
      type: string,
      levelUrlId: number,
      variables: null,
    ): Details;
  };
}

const silent = () => {};

/** A player's log that nobody reads. */
export const SILENT_LOGGER = {
  trace: silent,
  debug: silent,
  log: silent,
  warn: silent,
  info: silent,
  error: silent,
} as const;

/** A playlist that arrived at once. */
export function toLoaded<Details>(details: Details): LoadedPlaylist<Details> {
  return { details, stats: { loading: { start: 0, first: 0 } }, levelInfo: { id: 0 } };
}

/** `Details` are hls.js's LevelDetails, as far as the caller reads them. */
export async function loadHlsJs<Details>(): Promise<HlsJsParts<Details>> {
  Object.assign(globalThis, { self: globalThis });
  return (await import("hls.js")) as unknown as HlsJsParts<Details>;
}
