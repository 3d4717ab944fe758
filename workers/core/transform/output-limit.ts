// How large a rewritten playlist may become. References are short and what is put before them can
// be long: the way up from the playlist's folder and down again, as often as the playlist names a
// file. The limit on what is read (hls/limits.ts) says nothing about that.

/**
 * Longest answer, in characters: twice the longest playlist that is read. Attack: a playlist of
 * short names that is asked for under a path of a thousand folders gets all of them before each
 * name.
 */
export const REWRITTEN_CHARS_MAX = 32 * 1024 * 1024;
