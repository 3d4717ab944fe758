// The packager of one origin: every two seconds the finished segment of each rendition goes to S3.
//
// Driven by the wall clock: each round asks the clock what should be on show by now and does what
// is missing, so a late timer, a suspended laptop or an outage of storage heals by itself. A
// segment is shown only after all its renditions are in storage; while storage is down the
// playlists stand still, as they would with a real packager.
// It serves nothing (origin-server.ts), makes no bytes (segment-shelf.ts) and leaves the end of a
// segment's life to segment-retention.ts.

import type { ChunkObject, ChunkStore, StoreFailure, StoreResult } from "./chunk-store.ts";
import { type Upload, uploadAll, waitUnless } from "./chunk-upload.ts";
import type { MediaLibrary, Rendition } from "./media-library.ts";
import type { LiveScheme } from "./playlist-text.ts";
import { decideWindow, type SegmentWindow, toSegmentPlace } from "./segment-clock.ts";
import { printInitName, printSegmentName } from "./segment-naming.ts";
import { makeSegmentRetention } from "./segment-retention.ts";
import { type SegmentShelf, type StoredBytes, toStoredBytes } from "./segment-shelf.ts";
import { toMediaType } from "./vod-tree.ts";

export interface PackagerOptions {
  readonly library: MediaLibrary;
  readonly scheme: LiveScheme;
  readonly shelf: SegmentShelf;
  readonly store: ChunkStore;
  /** Where the channel's tree begins in the bucket, ending with a slash. */
  readonly prefix: string;
  /** Ends the packager; nothing is uploaded after it. */
  readonly stopped: AbortSignal;
  readonly now?: () => number;
  readonly log?: (line: string) => void;
}

export interface Packager {
  /** Starts the rounds; resolves when a whole window is in storage, rejects if it cannot be. */
  readonly start: () => Promise<void>;
  /** One round: publishes all that is due now. Rounds must not overlap. */
  readonly advance: () => Promise<StoreResult<void>>;
  /** What playlists may show; undefined until the first window is in storage. */
  readonly shown: () => SegmentWindow | undefined;
  /** Resolves when the rounds have ended after `stopped`. */
  readonly finished: () => Promise<void>;
}

const RETRY_ROUND_MS = 1000;
/** Storage that starts together with the packager may need a moment. */
const START_ROUNDS_MAX = 8;
const LIVE_CACHE_CONTROL = "public, max-age=3600, immutable";

export function makePackager(options: PackagerOptions): Packager {
  const { scheme, store, prefix, stopped } = options;
  const now = options.now ?? Date.now;
  const log = options.log ?? (() => undefined);
  const { clock, naming } = scheme;
  let shown: SegmentWindow | undefined;
  let finished: Promise<void> = Promise.resolve();
  const toUploads = (msn: number) => planSegmentUploads(options, msn);
  const toKeys = (msn: number) => toUploads(msn).map((upload) => upload.key);
  const retention = makeSegmentRetention({ store, clock, naming, prefix, toKeys, log });

  const publish = (msns: readonly number[]): Promise<StoreResult<void>> => {
    retention.add(msns);
    return uploadAll(store, msns.flatMap(toUploads), stopped);
  };
  const advance = async (): Promise<StoreResult<void>> => {
    const due = decideWindow(clock, now());
    if (due.lastMsn < due.firstMsn) return { kind: "ok", value: undefined };
    if (shown === undefined) {
      const inits = await uploadAll(store, planInitUploads(options), stopped);
      if (inits.kind === "failed") return inits;
      await retention.adopt();
    }
    if (shown === undefined || due.firstMsn > shown.lastMsn + 1) {
      const result = await publish(toRange(due));
      if (result.kind === "failed") return result;
      shown = due;
    }
    for (let msn = shown.lastMsn + 1; msn <= due.lastMsn; msn += 1) {
      const result = await publish([msn]);
      if (result.kind === "failed") return result;
      shown = { firstMsn: Math.max(shown.firstMsn, msn - clock.windowCount + 1), lastMsn: msn };
    }
    await retention.removeExpired(shown.lastMsn);
    return { kind: "ok", value: undefined };
  };

  /** How long until the next segment is due; never longer than one segment. */
  const toWaitMs = () => {
    if (shown === undefined) return clock.segmentMs;
    const { publishAtMs } = toSegmentPlace(clock, shown.lastMsn + 1);
    return Math.min(Math.max(publishAtMs - now(), 0), clock.segmentMs);
  };
  const isOnAir = () => shown !== undefined;
  const start = () =>
    new Promise<void>((resolve, reject) => {
      const rounds = { advance, isOnAir, toWaitMs, stopped, log, onReady: resolve };
      // Rejecting a promise that was resolved long ago does nothing, which is what is wanted here.
      finished = runRounds(rounds).catch(reject);
    });
  return { start, advance, shown: () => shown, finished: () => finished };
}

interface Rounds {
  readonly advance: () => Promise<StoreResult<void>>;
  readonly isOnAir: () => boolean;
  readonly toWaitMs: () => number;
  readonly stopped: AbortSignal;
  readonly log: (line: string) => void;
  readonly onReady: () => void;
}

/** Round after round until stopped; throws when the first window cannot be published. */
async function runRounds(rounds: Rounds): Promise<void> {
  const { stopped, log } = rounds;
  let failedCount = 0;
  while (!stopped.aborted) {
    const result = await rounds.advance();
    if (stopped.aborted) break;
    if (result.kind === "failed") {
      failedCount += 1;
      if (failedCount === 1) log(`storage failed, playlists stand still: ${result.why}`);
      const isHopeless = !result.again || failedCount >= START_ROUNDS_MAX;
      if (isHopeless && !rounds.isOnAir()) throw toError(result);
      await waitUnless(stopped, RETRY_ROUND_MS);
      continue;
    }
    if (failedCount > 0) log("storage works again");
    failedCount = 0;
    if (rounds.isOnAir()) rounds.onReady();
    await waitUnless(stopped, rounds.toWaitMs());
  }
  throw new Error("The packager was stopped before it was ready.");
}

/** One segment in all renditions, in the order of the ladder. */
function planSegmentUploads(options: PackagerOptions, msn: number): Upload[] {
  const { library, scheme, shelf, prefix } = options;
  return library.ladder.map((rendition) => ({
    key: `${prefix}${rendition.facts.name}/${printSegmentName(scheme.naming, msn)}`,
    object: () => toObject(rendition, shelf.get(rendition, msn)),
  }));
}

function planInitUploads({ library, scheme, prefix }: PackagerOptions): Upload[] {
  return library.ladder.flatMap((rendition): Upload[] => {
    const { init } = rendition;
    if (init === undefined) return [];
    const key = `${prefix}${rendition.facts.name}/${printInitName(scheme.naming)}`;
    return [{ key, object: () => toObject(rendition, toStoredBytes(init)) }];
  });
}

function toRange(window: SegmentWindow): number[] {
  const count = window.lastMsn - window.firstMsn + 1;
  return Array.from({ length: count }, (_, index) => window.firstMsn + index);
}

function toObject(rendition: Rendition, stored: StoredBytes): ChunkObject {
  return { ...stored, contentType: toMediaType(rendition), cacheControl: LIVE_CACHE_CONTROL };
}

function toError(failure: StoreFailure): Error {
  return new Error(`The packager cannot write to S3 chunk storage: ${failure.why}`);
}
