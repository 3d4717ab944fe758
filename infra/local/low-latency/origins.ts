// The origins of the low-latency channel `demo-ll`, in one call.
//
// ll-east and ll-west publish parts: equal numbers, names and bytes, unless `unaligned` makes west
// a packager of its own (other numbers, other names, 0.7 s later), as in the ordinary demo.
// ll-plain has the same segments as ll-east and knows nothing of low latency: what a channel may
// fall back to when both others are gone. All three answer from memory, parts and segments alike.
// It starts and stops things; what they do is decided elsewhere.

import type { MediaLibrary } from "../demo/media-library.ts";
import type { OriginTarget } from "../demo/origin-content.ts";
import { makeOriginServer, type OriginServer } from "../demo/origin-server.ts";
import { type ChannelClock, DEMO_CLOCK } from "../demo/segment-clock.ts";
import { PADDED_NAMING, PLAIN_NAMING } from "../demo/segment-naming.ts";
import { makePartContent, makePartHolding, makePartShown } from "./content.ts";
import { makePartLadder, type PartLadder } from "./part-ladder.ts";
import { makePartShelf, type PartShelf } from "./part-shelf.ts";
import type { PartScheme } from "./playlist-text.ts";

export const PART_ORIGIN_NAMES = ["ll-east", "ll-west", "ll-plain"] as const;
export type PartOriginName = (typeof PART_ORIGIN_NAMES)[number];

export interface PartOrigin extends OriginServer {
  readonly name: PartOriginName;
}

export interface PartOriginsOptions {
  readonly library: MediaLibrary;
  readonly unaligned?: boolean;
  readonly now?: () => number;
  readonly onRequest?: (origin: PartOriginName, target: OriginTarget, userAgent: string) => void;
}

/** Parts leave the encoder at once; sound ends up to a frame behind the picture. */
const PART_PUBLISH_DELAY_MS = 40;
/** A minute: long enough for delta updates to be worth their name. */
const WINDOW_COUNT = 30;

const PART_CLOCK: ChannelClock = {
  ...DEMO_CLOCK,
  windowCount: WINDOW_COUNT,
  publishDelayMs: PART_PUBLISH_DELAY_MS,
};
export const PART_SCHEME: PartScheme = {
  clock: PART_CLOCK,
  naming: PLAIN_NAMING,
  hasParts: true,
};
export const UNALIGNED_PART_SCHEME: PartScheme = {
  clock: { ...PART_CLOCK, epochMs: PART_CLOCK.epochMs + 700, msnOffset: 517_000 },
  naming: PADDED_NAMING,
  hasParts: true,
};

export interface PartOrigins {
  readonly origins: Readonly<Record<PartOriginName, PartOrigin>>;
  readonly stop: () => Promise<void>;
}

/** Listens on free ports; rejects when the media cannot be cut. Ready when it resolves. */
export async function startPartOrigins(options: PartOriginsOptions): Promise<PartOrigins> {
  const ladder = makePartLadder(options.library);
  const shelf = makePartShelf(PART_CLOCK);
  const west = options.unaligned
    ? { scheme: UNALIGNED_PART_SCHEME, shelf: makePartShelf(UNALIGNED_PART_SCHEME.clock) }
    : { scheme: PART_SCHEME, shelf };
  const listen = (name: PartOriginName, scheme: PartScheme, shelf: PartShelf) =>
    listenAs(name, ladder, scheme, shelf, options);
  const started = await Promise.all([
    listen("ll-east", PART_SCHEME, shelf),
    listen("ll-west", west.scheme, west.shelf),
    listen("ll-plain", { ...PART_SCHEME, hasParts: false }, shelf),
  ]);
  const [eastOrigin, westOrigin, plainOrigin] = started;
  return {
    origins: { "ll-east": eastOrigin, "ll-west": westOrigin, "ll-plain": plainOrigin },
    stop: async () => {
      await Promise.all(started.map((origin) => origin.stop()));
    },
  };
}

/** One origin by itself, for tests that choose its scheme. */
export async function listenAs(
  name: PartOriginName,
  ladder: PartLadder,
  scheme: PartScheme,
  shelf: PartShelf,
  { now = Date.now, onRequest }: Pick<PartOriginsOptions, "now" | "onRequest">,
): Promise<PartOrigin> {
  const options = { ladder, scheme, shelf, now };
  const server = await makeOriginServer({
    content: makePartContent(options),
    shown: makePartShown(options),
    ...(scheme.hasParts ? { holding: makePartHolding(options) } : {}),
    ...(onRequest === undefined
      ? {}
      : { onRequest: (...words: [OriginTarget, string]) => onRequest(name, ...words) }),
  });
  return { ...server, name };
}
