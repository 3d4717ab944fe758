// What really is behind a canonical segment: which encoder made it, where in the programme it lies,
// and under which key it was encrypted. Known from the title that every encoder writes (`e3s45`:
// run 3, segment 45), which the ledger carries and must not look at: findDifference
// (history.ts) plays histories without titles and wants the same playlists.

import type { CanonicalBlock } from "./canonical.ts";
import type { Encoded, Encoder, Rendition } from "./encoder.ts";

export interface Truth {
  readonly encoder: Encoder;
  readonly segment: Encoded;
  readonly startMs: number;
  readonly endMs: number;
}

export class TruthIndex {
  readonly #encoders: ReadonlyMap<number, Encoder>;

  constructor(encoders: readonly Encoder[]) {
    this.#encoders = new Map(encoders.map((encoder) => [encoder.plan.id, encoder]));
  }

  /** Null for a segment that no encoder made. */
  find(title: string, rendition: Rendition): Truth | null {
    const found = /^e(\d+)s(\d+)$/.exec(title);
    if (found === null) return null;
    const encoder = this.#encoders.get(Number(found[1]));
    const segment = encoder?.segment(Number(found[2])) ?? null;
    if (encoder === undefined || segment === null) return null;
    const startMs = encoder.edgeMs(rendition, segment.startMs);
    return { encoder, segment, startMs, endMs: encoder.edgeMs(rendition, segment.endMs) };
  }
}

export interface Place {
  readonly timeline: number;
  /** Path below the label, folders resolved. */
  readonly path: string;
}

/** Where a canonical URI of a playlist in `folder` leads. */
export function toPlace(uri: string, folder: string): Place {
  const parts = folder.split("/").filter((part) => part !== "");
  let rest = uri;
  while (rest.startsWith("../")) {
    parts.pop();
    rest = rest.slice(3);
  }
  const whole = [...parts, rest].join("/");
  const label = /^@t(\d+)\/(.*)$/.exec(whole);
  if (label === null) return { timeline: 0, path: whole };
  return { timeline: Number(label[1]), path: label[2] as string };
}

/** What is wrong with a block's key, map and range when one knows its bytes; null if nothing. */
export function findBlockFault(
  block: CanonicalBlock,
  { encoder, segment }: Truth,
  rendition: Rendition,
  folder: string,
  msnBase: number,
): string | null {
  const { encryption, maps, fileSegments } = encoder.plan;
  const { timeline } = toPlace(block.uri, folder);
  const isMedia = rendition.type !== "subtitles";
  const keyUri = /URI="([^"]*)"/.exec(block.key)?.[1];
  const isEncrypted = isMedia && encryption !== "none";
  if (isEncrypted !== (keyUri !== undefined)) return isEncrypted ? "no key" : "a key too many";
  if (keyUri !== undefined) {
    const place = toPlace(keyUri, folder);
    if (place.timeline !== timeline) return `the key of timeline ${place.timeline}`;
    if (!place.path.endsWith(`key-${segment.key}.bin`)) return `the wrong key ${keyUri}`;
    const stated = /IV=0x([0-9a-fA-F]+)/.exec(block.key)?.[1];
    const iv = stated === undefined ? BigInt(block.msn) : BigInt(`0x${stated}`);
    const right = encryption === "iv" ? segment.key + 1 : msnBase + segment.index;
    if (iv !== BigInt(right)) return `decrypts with ${iv}, was encrypted with ${right}`;
  }
  const mapUri = /URI="([^"]*)"/.exec(block.map)?.[1];
  const isMapped = isMedia && maps !== "none";
  if (isMapped !== (mapUri !== undefined)) return isMapped ? "no map" : "a map too many";
  if (mapUri !== undefined) {
    if (block.mapKey !== "") return "a clear map is named under a key";
    const place = toPlace(mapUri, folder);
    if (place.timeline !== timeline) return `the map of timeline ${place.timeline}`;
    if (!place.path.endsWith(`init-${segment.map}.mp4`)) return `the wrong map ${mapUri}`;
  }
  const isRanged = isMedia && fileSegments > 0;
  if (isRanged !== (block.range !== null)) return "a byte range too few or too many";
  if (block.range !== null) {
    const right = encoder.range(segment.index);
    const { lengthBytes, offsetBytes } = block.range;
    if (right.lengthBytes !== lengthBytes || right.offsetBytes !== offsetBytes) {
      return `bytes ${lengthBytes}@${offsetBytes} instead of ${right.lengthBytes}@${right.offsetBytes}`;
    }
  }
  return null;
}
