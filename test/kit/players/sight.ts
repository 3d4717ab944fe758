// What a player sees in a live media playlist, as far as a judge needs it: where the window lies
// in the player's own numbers, and which segment of which station is the newest.

import { parseName, type SegmentName } from "../live/station.ts";

export interface Sight {
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly lastMsn: number;
  readonly newest: SegmentName;
  /** Of the last segment, in milliseconds: hls.js waits that long. */
  readonly lastDurationMs: number;
  readonly targetDurationMs: number;
  readonly canBlock: boolean;
  readonly uris: readonly string[];
}

/** Null where the text is no live media playlist with segments of ours. */
export function parseSight(text: string): Sight | null {
  if (!text.startsWith("#EXTM3U")) return null;
  const uris = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const last = uris.at(-1);
  const newest = last === undefined ? null : parseName(last);
  if (newest === null) return null;
  const mediaSequence = readNumber(text, /^#EXT-X-MEDIA-SEQUENCE:(\d+)/m) ?? 0;
  const durations = [...text.matchAll(/^#EXTINF:([\d.]+)/gm)];
  return {
    mediaSequence,
    discontinuitySequence: readNumber(text, /^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/m) ?? 0,
    lastMsn: mediaSequence + uris.length - 1,
    newest,
    lastDurationMs: Number(durations.at(-1)?.[1] ?? 0) * 1000,
    targetDurationMs: (readNumber(text, /^#EXT-X-TARGETDURATION:(\d+)/m) ?? 0) * 1000,
    canBlock: /^#EXT-X-SERVER-CONTROL:.*CAN-BLOCK-RELOAD=YES/m.test(text),
    uris,
  };
}

function readNumber(text: string, form: RegExp): number | null {
  const found = form.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/**
 * What a player may never see: numbers that go back, a number that names another segment, or a
 * window that has nothing in common with the last one, a moment ago, so that it loses its place.
 */
export function findRegression(before: Sight | null, now: Sight): string | null {
  if (before === null) return null;
  if (now.mediaSequence < before.mediaSequence) return "media sequence went back";
  if (now.lastMsn < before.lastMsn) return "the newest segment was taken back";
  if (now.discontinuitySequence < before.discontinuitySequence) {
    return "discontinuity sequence went back";
  }
  if (now.mediaSequence > before.lastMsn + 1) return "numbers leapt ahead";
  const shift = now.mediaSequence - before.mediaSequence;
  const renamed = now.uris.some((uri, at) => {
    const known = before.uris[at + shift];
    return known !== undefined && known !== uri;
  });
  return renamed ? "a segment changed its name" : null;
}
