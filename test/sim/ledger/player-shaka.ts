// Shaka as a judge of a whole sequence of reloads: its own HlsParser loads the presentation through
// its own networking engine (with a scheme of ours behind it) and takes every update as in a
// browser. What is missing around it:
//   - no media source: nothing is decoded, init segments are empty, so the times are the playlist's
//     (PROGRAM-DATE-TIME or durations), never the media's;
//   - the clock stands still, so that nothing is evicted for its age, only what left the playlist;
//     no timer of its own fires: the simulator says when it reloads (both stand in for the page's
//     own only while the parser works);
//   - one missing method of Map is put in, which its own polyfills would put in.

import { createRequire } from "node:module";
import { programmeStartMs } from "./packager.ts";
import type { Reload } from "./player.ts";
import { PartMemory, SegmentMemory } from "./player.ts";

interface SegmentReference {
  readonly startTime: number;
  readonly endTime: number;
  readonly discontinuitySequence: number;
  readonly startByte: number;
  getUris(): readonly string[];
  isPartial(): boolean;
  isPreload(): boolean;
}

interface Stream {
  readonly originalId: string | null;
  readonly segmentIndex:
    | (Iterable<SegmentReference | null> & { getNumReferences(): number })
    | null;
  createSegmentIndex(): Promise<void>;
}

interface Manifest {
  readonly variants: readonly { readonly video: Stream | null; readonly audio: Stream | null }[];
  readonly textStreams: readonly Stream[];
}

interface ManifestConfig {
  readonly hls: { disableClosedCaptionsDetection: boolean };
  readonly retryParameters: unknown;
}

interface Parser {
  configure(config: ManifestConfig): void;
  start(uri: string, player: Readonly<Record<string, unknown>>): Promise<Manifest>;
  update(): Promise<void>;
  stop(): Promise<unknown>;
}

interface Engine {
  configure(config: unknown): void;
}

interface Answer {
  readonly uri: string;
  readonly originalUri: string;
  readonly data: ArrayBuffer;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface ShakaBundle {
  readonly log: { setLevel(level: number): void };
  readonly hls: { readonly HlsParser: new () => Parser };
  readonly net: {
    readonly NetworkingEngine: (new () => Engine) & {
      registerScheme(
        scheme: string,
        plugin: (uri: string) => unknown,
        priority: number,
        progress: boolean,
      ): void;
    };
  };
  readonly util: {
    readonly AbortableOperation: new (answer: Promise<Answer>, abort: () => unknown) => unknown;
    readonly PlayerConfiguration: {
      createDefault(): { readonly manifest: ManifestConfig; readonly networking: unknown };
    };
  };
}

interface OlderMap extends Map<unknown, unknown> {
  getOrInsertComputed?: (key: unknown, make: (key: unknown) => unknown) => unknown;
}
const prototype = Map.prototype as OlderMap;
prototype.getOrInsertComputed ??= function getOrInsertComputed(this: OlderMap, key, make) {
  if (!this.has(key)) this.set(key, make(key));
  return this.get(key);
};
Object.assign(globalThis, { self: globalThis });
const shaka = createRequire(import.meta.url)(
  "shaka-player/dist/shaka-player.hls-es2021.debug.js",
) as ShakaBundle;

shaka.log.setLevel(0);
const { AbortableOperation, PlayerConfiguration } = shaka.util;
const encoder = new TextEncoder();
const empty = new ArrayBuffer(0);
/** What is behind the scheme: playlists by URL. All else is an empty file. */
const bodies = new Map<string, string>();

shaka.net.NetworkingEngine.registerScheme("sim", answer, 1, false);

function answer(uri: string): unknown {
  const body = bodies.get(uri.split("?")[0] ?? uri);
  const data = body === undefined ? empty : (encoder.encode(body).buffer as ArrayBuffer);
  const found: Answer = { uri, originalUri: uri, data, status: 200, headers: {} };
  return new AbortableOperation(Promise.resolve(found), () => Promise.resolve());
}

const folder = "sim://edge/demo/";

export class Shaka {
  readonly #complaints: string[] = [];
  readonly #parser: Parser;
  readonly #memories = new Map<Stream, SegmentMemory>();
  readonly #parts = new Map<Stream, PartMemory>();
  #streams: readonly Stream[] = [];

  constructor() {
    const { manifest } = PlayerConfiguration.createDefault();
    manifest.hls.disableClosedCaptionsDetection = true;
    this.#parser = new shaka.hls.HlsParser();
    this.#parser.configure(manifest);
  }

  /** Loads the presentation: one playlist of each kind that the viewer watches at once. */
  async start(first: readonly Reload[]): Promise<readonly string[]> {
    for (const { path, text } of first) bodies.set(folder + path, text);
    bodies.set(`${folder}master.m3u8`, printMaster(first));
    const { networking, manifest } = PlayerConfiguration.createDefault();
    const engine = new shaka.net.NetworkingEngine();
    engine.configure(networking);
    const nothing = () => {};
    const player = {
      networkingEngine: engine,
      filter: () => Promise.resolve(),
      makeTextStreamsForClosedCaptions: nothing,
      onTimelineRegionAdded: nothing,
      onEvent: nothing,
      onError: (error: unknown) => this.#complaints.push(printError(error)),
      isLowLatencyMode: () => true,
      updateDuration: nothing,
      newDrmInfo: nothing,
      onManifestUpdated: nothing,
      getBandwidthEstimate: () => 1_000_000,
      onMetadata: nothing,
      disableStream: (stream: Stream) => {
        this.#complaints.push(`a stream is disabled: ${stream.originalId}`);
      },
      addFont: nothing,
      getStreamingRetryParameters: () => manifest.retryParameters,
    };
    return this.#watch(async () => {
      const loaded = await this.#parser.start(`${folder}master.m3u8`, player);
      const { video, audio } = loaded.variants[0] ?? { video: null, audio: null };
      this.#streams = [video, audio, ...loaded.textStreams].filter((stream) => stream !== null);
      for (const stream of this.#streams) await stream.createSegmentIndex();
    });
  }

  /** What the player complains about when all its playlists are reloaded. */
  async reload(now: readonly Reload[]): Promise<readonly string[]> {
    for (const { path, text } of now) bodies.set(folder + path, text);
    return this.#watch(() => this.#parser.update());
  }

  async stop(): Promise<void> {
    await this.#parser.stop();
    bodies.clear();
  }

  async #watch(work: () => Promise<void>): Promise<readonly string[]> {
    this.#complaints.length = 0;
    const page = { setTimeout: globalThis.setTimeout, now: Date.now };
    Object.assign(globalThis, { setTimeout: () => 0 });
    Date.now = () => programmeStartMs;
    try {
      await work();
    } catch (error) {
      this.#complaints.push(printError(error));
    } finally {
      globalThis.setTimeout = page.setTimeout;
      Date.now = page.now;
    }
    for (const stream of this.#streams) this.#compareTimes(stream);
    return [...this.#complaints];
  }

  #compareTimes(stream: Stream): void {
    const memory = this.#memories.get(stream) ?? new SegmentMemory();
    this.#memories.set(stream, memory);
    const parts = this.#parts.get(stream) ?? new PartMemory();
    this.#parts.set(stream, parts);
    let floorSeconds = Number.NEGATIVE_INFINITY;
    // An index without segments has an iterator that is null.
    const index = stream.segmentIndex;
    const references = index === null || index.getNumReferences() === 0 ? [] : index;
    for (const reference of references) {
      if (reference === null) continue;
      const { startByte, discontinuitySequence } = reference;
      const uri = `${reference.getUris()[0]} ${startByte} of ${discontinuitySequence}`;
      // Parts have no number of their own there.
      const isPart = discontinuitySequence < 0 && reference.isPartial();
      const wrong = isPart ? null : memory.check(uri, 0, reference.startTime);
      // A hint is no promise: it may be dropped at a cut, and its part come behind it.
      if (isPart && !reference.isPreload()) parts.note(uri, reference.startTime);
      if (wrong !== null) this.#complaints.push(wrong);
      if (reference.startTime < floorSeconds) {
        this.#complaints.push(`${uri} starts before the segment that it follows`);
      }
      // Half a segment may come again behind one that was closed early, or behind its parts, and be
      // longer than that one; Shaka looks for a time from the end (5.2.12, SegmentIndex.find).
      const isShort = isPart || /@(?:parts|gap)\//.test(uri);
      if (!isShort) floorSeconds = reference.startTime;
    }
    this.#complaints.push(...parts.conclude());
  }
}

function printMaster(playlists: readonly Reload[]): string {
  const path = (type: string) => playlists.find((playlist) => playlist.type === type)?.path;
  const audio = path("audio");
  const subtitles = path("subtitles");
  const lines = ["#EXTM3U", "#EXT-X-INDEPENDENT-SEGMENTS"];
  let stream = 'BANDWIDTH=1000000,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1280x720';
  if (audio !== undefined) {
    lines.push(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",DEFAULT=YES,URI="${audio}"`);
    stream += ',AUDIO="a"';
  }
  if (subtitles !== undefined) {
    lines.push(`#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",URI="${subtitles}"`);
    stream += ',SUBTITLES="s"';
  }
  lines.push(`#EXT-X-STREAM-INF:${stream}`, `${path("video")}`);
  return `${lines.join("\n")}\n`;
}

function printError(error: unknown): string {
  const { code, data, message } = error as { code?: number; data?: unknown; message?: string };
  return `error ${code ?? ""} ${JSON.stringify(data ?? message)}`;
}
