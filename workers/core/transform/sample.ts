// What was decided for one file of a folder holds for its siblings. A packager that writes absolute
// URIs, or files of another host, writes thousands of them with the same beginning; the scan notes
// those as siblings (hls/scan-uris.ts), and only the first one is looked up. It is kept as a
// sample, and when a sibling comes it is turned into a stamp: how many letters to take away before
// the name, and what to put in their place.
//
// Sound because both names are plain: one segment without dots, escapes, colons or labels, so that
// resolving, mapping and relative printing all act on what stands before it. A property test holds
// this.

import { isAt } from "../http/letters.ts";
import { isPlainName } from "../http/plain-reference.ts";
import type { UriRole } from "./rewrite-context.ts";

export interface Sample {
  /** Span of the URI in the input. */
  readonly start: number;
  readonly end: number;
  /** The answer is `head` and then the input from `rest` to `end`. */
  readonly head: string;
  readonly rest: number;
  /** True if the URI is absolute on a host that is not ours. */
  readonly isKept: boolean;
  /** Letters before the name; `unlearnt` until a sibling asks, `unusable` if there is no stamp. */
  folderChars: number;
  /** What takes their place; null if the same letters do. */
  stamp: string | null;
}

export const unlearnt = -1;
export const unusable = -2;

export function makeSample(
  start: number,
  end: number,
  head: string,
  rest: number,
  isKept: boolean,
): Sample {
  return { start, end, head, rest, isKept, folderChars: unlearnt, stamp: null };
}

/** A plain URI in the playlist's own folder; if nothing but a name is there, the stamp is known. */
export function makeOwnSample(
  text: string,
  start: number,
  end: number,
  head: string,
  rest: number,
): Sample {
  const sample = makeSample(start, end, head, rest, false);
  const slashAt = text.indexOf("/", rest);
  if (slashAt === -1 || slashAt >= end) {
    sample.folderChars = rest - start;
    sample.stamp = head;
  }
  return sample;
}

/** True for the files of which a playlist has thousands. */
export function hasSiblings(role: UriRole): boolean {
  return role === "segment" || role === "part";
}

/**
 * Makes the stamp; nothing can be learnt if the sample's own name is not plain. `folderChars` is
 * the length of the folder that the sibling shares.
 */
export function learnStamp(text: string, sample: Sample, folderChars: number): void {
  const { start, end, head, rest } = sample;
  const nameStart = start + folderChars;
  sample.folderChars = unusable;
  if (!isPlainName(text, nameStart, end)) return;
  let stamp = head + text.slice(rest, nameStart);
  if (nameStart < rest) {
    const name = text.slice(nameStart, end);
    if (rest !== end || !head.endsWith(name)) return;
    stamp = head.slice(0, head.length - name.length);
  }
  sample.folderChars = folderChars;
  sample.stamp = isAt(text, start, stamp) && stamp.length === folderChars ? null : stamp;
}
