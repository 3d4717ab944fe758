// The demo media in memory: what manifest.json says and the bytes it speaks of, loaded once.
//
// The files were made and measured by ../media/encode.sh. Loading checks that every file has the
// size that was measured, because a half-checked-out file would otherwise show up as a strange
// player error much later. Everyone shares the one library (about 4 MB); nobody may change it.
// It does not shift segments (segment-shelf.ts) and prints no playlists.

import { readFile } from "node:fs/promises";
import { parseTimescales } from "./iso-boxes.ts";

/** One segment as measured, in ticks of its rendition's timescale: exact, also for audio. */
export interface SegmentFacts {
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly byteSize: number;
}

export interface RenditionFacts {
  /** The folder under files/ and the name in URLs. */
  readonly name: string;
  readonly kind: "fmp4" | "fmp4-audio" | "mpegts";
  /** RFC 6381 strings as HLS wants them, read from the media. */
  readonly codecs: string;
  readonly resolution?: { readonly width: number; readonly height: number };
  readonly frameRate?: number;
  /** Peak and average bits per second over the segments, container included. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly timescale: number;
  readonly initByteSize?: number;
  readonly segments: readonly SegmentFacts[];
}

export interface MediaManifest {
  readonly segmentSeconds: number;
  readonly loopSeconds: number;
  readonly renditions: readonly RenditionFacts[];
}

export interface Rendition {
  readonly facts: RenditionFacts;
  /** The init section; absent for MPEG-TS. */
  readonly init?: Uint8Array<ArrayBuffer>;
  readonly timescales: ReadonlyMap<number, number>;
  readonly segments: readonly Uint8Array<ArrayBuffer>[];
}

export interface MediaLibrary {
  readonly manifest: MediaManifest;
  /** The renditions a live channel offers: fMP4, best first, audio-only last. */
  readonly ladder: readonly Rendition[];
  readonly mpegts: Rendition;
}

const MEDIA_URL = new URL("../media/", import.meta.url);

/** Loads the committed media; throws with the file's name when it is not as it was measured. */
export async function loadMediaLibrary(folder: URL = MEDIA_URL): Promise<MediaLibrary> {
  const text = await readFile(new URL("manifest.json", folder), "utf8");
  const manifest = JSON.parse(text) as MediaManifest;
  const renditions = await Promise.all(
    manifest.renditions.map((facts) => loadRendition(facts, new URL(`files/`, folder))),
  );
  const mpegts = renditions.find((rendition) => rendition.facts.kind === "mpegts");
  if (mpegts === undefined) throw new Error("The demo media has no MPEG-TS rendition.");
  return { manifest, ladder: renditions.filter((rendition) => rendition !== mpegts), mpegts };
}

async function loadRendition(facts: RenditionFacts, folder: URL): Promise<Rendition> {
  const extension = facts.kind === "mpegts" ? "mpegts" : "m4s";
  const segments = await Promise.all(
    facts.segments.map((segment, index) =>
      loadFile(new URL(`${facts.name}/${index}.${extension}`, folder), segment.byteSize),
    ),
  );
  if (facts.initByteSize === undefined) return { facts, timescales: new Map(), segments };
  const init = await loadFile(new URL(`${facts.name}/init.mp4`, folder), facts.initByteSize);
  const timescales = parseTimescales(init);
  if (timescales === undefined) throw new Error(`${facts.name}/init.mp4 is not an init section.`);
  return { facts, init, timescales, segments };
}

async function loadFile(url: URL, byteSize: number): Promise<Uint8Array<ArrayBuffer>> {
  // A copy of its own: small files otherwise share, and keep alive, a pool of Node's.
  const bytes = new Uint8Array(await readFile(url));
  if (bytes.byteLength !== byteSize) {
    throw new Error(
      `${url.pathname} has ${bytes.byteLength} bytes, but ${byteSize} were measured: ` +
        "check the file out again, or run infra/local/media/encode.sh.",
    );
  }
  return bytes;
}
