// The demo of the local stack: two origins playing one channel, and a VOD set, in one call.
//
// Origins east and west count from the same wall clock, so their playlists, names and bytes are
// equal and a switch between them is invisible. With `unaligned`, west is its own packager: other
// numbers, other names, another moment (0.7 s later), another place in storage; the picture is the
// same, as when one feed is encoded twice. Both publish segments to S3 chunk storage.
// It starts and stops things; what they do is decided elsewhere. It offers no HTTP administration:
// the local stack calls the fault methods of each origin.

import { type ChunkStorage, makeChunkStore } from "./chunk-store.ts";
import { loadMediaLibrary, type MediaLibrary } from "./media-library.ts";
import { makeOriginContent } from "./origin-content.ts";
import { makeOriginServer, type OriginServer } from "./origin-server.ts";
import { makePackager, type Packager } from "./packager.ts";
import type { LiveScheme } from "./playlist-text.ts";
import { makePutOnceStore } from "./put-once.ts";
import { DEMO_CLOCK } from "./segment-clock.ts";
import { PADDED_NAMING, PLAIN_NAMING } from "./segment-naming.ts";
import { makeSegmentShelf, type SegmentShelf } from "./segment-shelf.ts";
import { makeVodTree, type VodTree } from "./vod-tree.ts";
import { publishVod } from "./vod-upload.ts";

export const ORIGIN_NAMES = ["east", "west"] as const;
export type OriginName = (typeof ORIGIN_NAMES)[number];

export interface DemoOptions {
  readonly storage: ChunkStorage;
  /** West numbers, names and times its segments independently of east. */
  readonly unaligned?: boolean;
  /** The media, where somebody has it already. */
  readonly library?: MediaLibrary;
  /** Missing or 0: the system chooses. */
  readonly ports?: Partial<Readonly<Record<OriginName, number>>>;
  readonly now?: () => number;
  /** Told when storage fails and when it works again. */
  readonly log?: (line: string) => void;
}

export interface DemoOrigin extends OriginServer {
  readonly name: OriginName;
  /** Where this origin's segments lie in the bucket. */
  readonly prefix: string;
}

export interface Demo {
  readonly origins: Readonly<Record<OriginName, DemoOrigin>>;
  /** Resolves when both channels can be played and the VOD set is in storage. */
  readonly ready: Promise<void>;
  /** Ends timers, uploads and servers; what was uploaded stays. */
  readonly stop: () => Promise<void>;
}

export const LIVE_PREFIX = "live/demo/";
export const UNALIGNED_PREFIX = "live/demo-west/";
export const VOD_PREFIX = "vod/demo/";

export const ALIGNED_SCHEME: LiveScheme = { clock: DEMO_CLOCK, naming: PLAIN_NAMING };
export const UNALIGNED_SCHEME: LiveScheme = {
  clock: { ...DEMO_CLOCK, epochMs: DEMO_CLOCK.epochMs + 700, msnOffset: 517_000 },
  naming: PADDED_NAMING,
};

/** Everything that one origin needs and does not share with the other. */
interface Station {
  readonly name: OriginName;
  readonly scheme: LiveScheme;
  readonly shelf: SegmentShelf;
  readonly prefix: string;
}

/** Listens on both ports at once; rejects when a port is in use or the media is damaged. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const library = options.library ?? (await loadMediaLibrary());
  const vod = makeVodTree(library);
  const stopping = new AbortController();
  const store = makePutOnceStore(makeChunkStore(options.storage, stopping.signal));
  const eastShelf = makeSegmentShelf(ALIGNED_SCHEME.clock);
  const east: Station = {
    name: "east",
    scheme: ALIGNED_SCHEME,
    shelf: eastShelf,
    prefix: LIVE_PREFIX,
  };
  const west: Station = options.unaligned
    ? {
        name: "west",
        scheme: UNALIGNED_SCHEME,
        shelf: makeSegmentShelf(UNALIGNED_SCHEME.clock),
        prefix: UNALIGNED_PREFIX,
      }
    : { ...east, name: "west" };

  const toPackager = (station: Station) =>
    makePackager({
      library,
      ...station,
      store,
      stopped: stopping.signal,
      ...(options.now ? { now: options.now } : {}),
      log: (line) => options.log?.(`origin ${station.name}: ${line}`),
    });
  const packagers = { east: toPackager(east), west: toPackager(west) };
  const eastOrigin = await listenAs(east, library, vod, packagers.east, options);
  const westOrigin = await listenAs(west, library, vod, packagers.west, options).catch(
    async (error: unknown) => {
      await eastOrigin.stop();
      throw error;
    },
  );

  const upload = publishVod(store, VOD_PREFIX, vod, stopping.signal);
  const vodReady = upload.then((result) => {
    if (result.kind === "ok") return;
    throw new Error(`The VOD set cannot be written to S3 chunk storage: ${result.why}`);
  });
  const ready = Promise.all([packagers.east.start(), packagers.west.start(), vodReady]).then(
    () => undefined,
  );
  // A caller that stops early never looks at `ready`; that must not count as unhandled.
  ready.catch(() => undefined);
  const stop = async () => {
    stopping.abort();
    await Promise.all([eastOrigin.stop(), westOrigin.stop()]);
    await Promise.all([packagers.east.finished(), packagers.west.finished(), upload]);
  };
  return { origins: { east: eastOrigin, west: westOrigin }, ready, stop };
}

async function listenAs(
  station: Station,
  library: MediaLibrary,
  vod: VodTree,
  packager: Packager,
  options: DemoOptions,
): Promise<DemoOrigin> {
  const { name, scheme, shelf, prefix } = station;
  const content = makeOriginContent({ library, scheme, shelf, vod });
  const port = options.ports?.[name] ?? 0;
  const server = await makeOriginServer({ content, shown: packager.shown, port });
  return { ...server, name, prefix };
}
