// What a playlist may cost before anybody has looked at it. Every number bounds one attack that a
// hostile or broken origin can mount with an ordinary 200 answer; parsePlaylist enforces all of
// them. The limit on bytes read from the network is not here: it belongs to whoever reads the body,
// and it acts before this one.

export interface PlaylistLimits {
  /**
   * UTF-16 code units of the whole text. Attack: a body without end that fills the isolate's
   * memory.
   */
  readonly playlistCharsMax: number;
  /**
   * Lines, blank ones included. Attack: a body of line feeds that costs one turn of the loop per
   * byte.
   */
  readonly linesMax: number;
  /**
   * UTF-16 code units of one line. Attack: one attribute value of megabytes that every later stage
   * copies.
   */
  readonly lineCharsMax: number;
  /**
   * Attributes of one tag. Attack: a list of a million names on a line that is interpreted at every
   * request.
   */
  readonly attributesMax: number;
}

/**
 * Safe for real streams: a day of 2 s segments with dates is 130,000 lines and 6 MB; the longest
 * honest line seen is a `data:` key or a SCTE-35 payload of a few kilobytes; EXT-X-STREAM-INF
 * defines 20 attributes.
 */
export const defaultPlaylistLimits: PlaylistLimits = {
  playlistCharsMax: 16 * 1024 * 1024,
  linesMax: 500_000,
  lineCharsMax: 64 * 1024,
  attributesMax: 64,
};
