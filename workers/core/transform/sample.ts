// What was decided for one file of a folder holds for its siblings. A packager that writes absolute
// URIs, or files of another host, writes thousands of them with the same beginning; the scan notes
// those as siblings (hls/scan-uris.ts), and only the first one is looked up. It is kept as a
// sample, and when a sibling comes it is turned into a stamp: how many letters to take away before
// the name, and what to put in their place.
//
// Sound because both names are plain: one segment without dots, escapes, colons or labels, so that
// resolving, mapping and relative printing all act on what stands before it. A property test holds
// this.

import { seekNameStart } from "../hls/scan-uris.ts";
import { seekPlainNameEnd } from "../http/plain-reference.ts";

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

const unlearnt = -1;
const unusable = -2;

export function makeSample(
  start: number,
  end: number,
  head: string,
  rest: number,
  isKept: boolean,
): Sample {
  return { start, end, head, rest, isKept, folderChars: unlearnt, stamp: null };
}

/** False if the sample's own name is not plain, so nothing can be learnt from it. */
export function learnStamp(text: string, sample: Sample): boolean {
  if (sample.folderChars !== unlearnt) return sample.folderChars !== unusable;
  const { start, end, head, rest } = sample;
  const nameStart = seekNameStart(text, start, end);
  const name = text.slice(nameStart, end);
  const answer = head + text.slice(rest, end);
  if (seekPlainNameEnd(text, nameStart, end) !== end || !answer.endsWith(name)) {
    sample.folderChars = unusable;
    return false;
  }
  const stamp = answer.slice(0, answer.length - name.length);
  sample.folderChars = nameStart - start;
  sample.stamp = stamp === text.slice(start, nameStart) ? null : stamp;
  return true;
}
