// The owner's work on a fill: opens a body, passes its bytes on, and when it breaks off opens the
// rest elsewhere. What the origin says of its bytes is verified before the last of them leaves, so
// that a damaged body is never complete at a viewer and never stored; short ones are verified
// before the first byte leaves, and replaced without anybody noticing.
//
// Viewers have their status and headers once the first byte was passed on. From then on there are
// two ways: the same bytes from somewhere, or a connection that is cut. A body without a length
// can not be cut: the runtime ends a chunked reply properly whatever happens, and a part would look
// whole. So such a body is read to its end first, up to the size of the window, and gets a length.

import type { OriginProblem } from "../../core/origin/outcome.ts";
import { type ChunkReader, makeChunkReader } from "../../platform/chunk-reader.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import { type Digest, makeMd5 } from "../../platform/digest.ts";
import type { FixedBody } from "../../platform/edge-cache.ts";
import { BEAT_MS, type FillOwner } from "../../platform/running-fill.ts";
import type { FileFill } from "./file-fill.ts";
import type { FillHead } from "./fill-head.ts";
import type { FillSource, OpenedBody } from "./fill-source.ts";
import { readFill } from "./read-fill.ts";

type FileOwner = FillOwner<FillHead, OriginProblem>;

/** Keeps a file's bytes as they pass; resolves with whether all of them were kept. */
export type Keep = (head: FillHead, body: FixedBody) => Promise<boolean>;

export interface PumpJob {
  readonly fill: FileFill;
  readonly source: FillSource;
  /** Null where nothing is kept. */
  readonly keep: Keep | null;
  /** Bytes of this fill in memory now. Whoever is behind them reads the stored copy instead. */
  readonly windowBytesMax: () => number;
}

/** A body without a length is read so far before anybody gets a byte of it. */
const MEASURED_BYTES_MAX = 4 * 1024 * 1024;
/** How often a full window looks whether it may go on, milliseconds. */
const PACE_MS = 15;
/** Turns of that length in which the only reader may be about to begin. */
const UNREAD_TURNS_MAX = 100;
/** Bodies opened for one file, whatever happens: each costs an origin a request. */
const OPENINGS_MAX = 40;

/** Owns a fill to its end; the caller hands this to waitUntil. */
export async function pump(job: PumpJob): Promise<void> {
  const owner = job.fill.claim();
  const timer = setInterval(owner.beat, BEAT_MS);
  try {
    await run(job, owner);
  } catch (error) {
    // A bug of ours must not leave followers waiting.
    owner.fail(CUT);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

const CUT: OriginProblem = {
  kind: "problem",
  reason: "origin-error",
  detail: "The file could not be read to its end.",
  originId: null,
  isAbsence: false,
};

interface Run {
  readonly job: PumpJob;
  readonly owner: FileOwner;
  /** Of the bytes passed on; null if nothing is to be verified. */
  digest: Digest | null;
  /** Whether the whole was verified before its first byte left. */
  isVerified: boolean;
  /** Whether what was passed on can not be verified any more. */
  isUnverifiable: boolean;
  kept: Promise<boolean> | null;
}

async function run(job: PumpJob, owner: FileOwner): Promise<void> {
  const { fill, source } = job;
  const state: Run = {
    job,
    owner,
    digest: null,
    isVerified: false,
    isUnverifiable: false,
    kept: null,
  };
  let head = fill.state.kind === "flowing" ? fill.state.head : null;
  // After a takeover: what the last owner passed on must be digested again, or not be kept.
  if (head !== null) await begin(state, head);
  for (let count = 0; count < OPENINGS_MAX; count++) {
    const opened = await source.open({ position: fill.window.end, head });
    if (!owner.isCurrent()) {
      if (opened.kind === "opened") opened.body?.cancel().catch(() => undefined);
      return;
    }
    if (opened.kind === "problem") {
      owner.fail(opened);
      await state.kept;
      return;
    }
    if (opened.head.isLarge) {
      // Nobody reads a film to see a scene: whoever joined goes on in pieces.
      opened.body?.cancel().catch(() => undefined);
      owner.finish(opened.head);
      owner.settle(false);
      return;
    }
    const ending = await pour(state, opened);
    if (ending === "lost") return;
    if (fill.state.kind === "flowing") head = fill.state.head;
    if (ending === "whole") return end(state, opened.head);
    if (ending === "unread") break;
  }
  owner.fail(CUT);
  await state.kept;
}

/** Everything has arrived; what remains is to store it. */
async function end(state: Run, opened: FillHead): Promise<void> {
  const { owner, job } = state;
  const known = job.fill.state.kind === "flowing" ? job.fill.state.head : opened;
  const head = { ...known, meta: { ...known.meta, lengthBytes: job.fill.window.end } };
  if (state.kept === null && job.fill.window.start === 0) keep(state, head);
  owner.finish(head);
  owner.settle((await state.kept) ?? false);
}

/** Passes the head on, and what can be kept begins to be. */
async function begin(state: Run, head: FillHead): Promise<void> {
  const { fill } = state.job;
  if (head.md5 !== null && !state.isVerified) {
    state.digest = makeMd5();
    state.isUnverifiable = fill.window.start > 0;
    for (let at = 0; at < fill.window.end && !state.isUnverifiable; ) {
      const chunk = fill.window.at(at);
      if (chunk === null || chunk === "dropped") break;
      await state.digest.update(chunk);
      at += chunk.byteLength;
    }
  }
  if (fill.state.kind === "opening") state.owner.open(head);
  if (head.meta.lengthBytes !== null) keep(state, head);
}

function keep(state: Run, head: FillHead): void {
  if (!head.storable || state.isUnverifiable || state.job.fill.window.start > 0) return;
  if (state.kept !== null || state.job.keep === null || head.meta.lengthBytes === null) return;
  const body = readFill(state.job.fill, {
    first: 0,
    last: head.meta.lengthBytes - 1,
    isAnchor: true,
    // The reader and the owner are one request: they end together.
    takeOver: () => undefined,
    readStored: async () => null,
  });
  state.kept = state.job.keep(head, body);
}

/** whole: all is there; broken: open the rest; unread: nobody wants it; lost: not ours now. */
type Ending = "whole" | "broken" | "unread" | "lost";

async function pour(state: Run, opened: OpenedBody): Promise<Ending> {
  const { job, owner } = state;
  const reader = makeChunkReader(opened.body);
  const { lengthBytes } = opened.head.meta;
  const held: Uint8Array[] = [];
  const place = () => job.fill.window.end + held.reduce((sum, each) => sum + each.byteLength, 0);
  const heldUntilMs = opened.holdMs === 0 ? 0 : readClockMs() + opened.holdMs;
  let skip = opened.skipBytes;
  for (;;) {
    if (!owner.isCurrent()) return leave(reader, "lost");
    if (lengthBytes !== null && place() === lengthBytes) {
      const ending = await passLast(state, opened.head, held);
      return ending === "whole" ? finishReading(reader) : leave(reader, ending);
    }
    const isMeasuring =
      lengthBytes === null && job.fill.state.kind === "opening" && place() <= MEASURED_BYTES_MAX;
    const isFull = place() > MEASURED_BYTES_MAX;
    const holdMs = isMeasuring ? opened.stallMs : isFull ? 0 : heldUntilMs - readClockMs();
    if (held.length > 0 && holdMs <= 0) {
      await pass(state, opened.head, held.splice(0));
      if (!(await pace(state))) return leave(reader, "unread");
    }
    const reading = await reader.read(held.length > 0 ? holdMs : opened.stallMs);
    if (reading.kind === "silent" && held.length > 0 && !isMeasuring) continue;
    if (reading.kind === "chunk") {
      const dropped = Math.min(skip, reading.bytes.byteLength);
      skip -= dropped;
      if (dropped < reading.bytes.byteLength) held.push(reading.bytes.subarray(dropped));
      if (lengthBytes === null || place() <= lengthBytes) continue;
      job.source.broke("short-body", "sent more than it announced");
      return leave(reader, "broken");
    }
    if (reading.kind === "end" && lengthBytes === null) {
      const meta = { ...opened.head.meta, lengthBytes: place() };
      return passLast(state, { ...opened.head, meta }, held);
    }
    // Nothing has left: the next origin begins anew. Otherwise it must continue what has.
    if (job.fill.state.kind === "flowing") await pass(state, opened.head, held);
    if (reading.kind === "silent") job.source.broke("timeout", "fell silent within the body");
    else job.source.broke("short-body", toShortDetail(reading, place(), lengthBytes));
    return leave(reader, "broken");
  }
}

function toShortDetail(
  reading: { readonly kind: "end" } | { readonly kind: "broken"; readonly detail: string },
  got: number,
  want: number | null,
): string {
  const why = reading.kind === "end" ? "the body ended" : reading.detail;
  return `broke off after ${got} of ${want ?? "unknown"} bytes: ${why}`;
}

/** Passes bytes on to followers and to the digest. */
async function pass(state: Run, head: FillHead, chunks: readonly Uint8Array[]): Promise<void> {
  const { fill } = state.job;
  if (fill.state.kind === "opening") await begin(state, head);
  for (const chunk of chunks) {
    await state.digest?.update(chunk);
    state.owner.append(chunk);
  }
}

/** Verifies the whole before its last chunk leaves. */
async function passLast(state: Run, head: FillHead, held: readonly Uint8Array[]): Promise<Ending> {
  const { fill, source } = state.job;
  const isFirst = fill.state.kind === "opening";
  const expected = isFirst ? head.md5 : toVerified(state);
  if (expected !== null) {
    const digest = isFirst ? makeMd5() : state.digest;
    for (const chunk of held) await digest?.update(chunk);
    const found = await digest?.finish();
    if (found !== expected) {
      source.broke("wrong-digest", `sent bytes with MD5 ${found}, and says ${expected}`);
      // Nothing has left yet: another origin's bytes will do. Otherwise the connection is cut.
      return isFirst ? "broken" : "unread";
    }
  }
  state.digest = null;
  state.isVerified = true;
  if (isFirst) await begin(state, head);
  for (const chunk of held) state.owner.append(chunk);
  return "whole";
}

function toVerified(state: Run): string | null {
  const current = state.job.fill.state;
  if (current.kind !== "flowing" || state.isUnverifiable) return null;
  return current.head.md5;
}

/** Waits while the window is full; false if nobody reads what nothing keeps. */
async function pace(state: Run): Promise<boolean> {
  const { fill, windowBytesMax } = state.job;
  const { window } = fill;
  const isAlone = fill.state.kind === "flowing" && !fill.state.head.storable;
  for (let turns = 0; window.end - window.start > windowBytesMax(); turns++) {
    const anchored = fill.needed("anchors");
    const isUnread = isAlone && anchored === Number.POSITIVE_INFINITY;
    if (isUnread && turns > UNREAD_TURNS_MAX) return false;
    const bytesMax = windowBytesMax();
    const kept = Math.min(anchored, window.end - bytesMax / 2);
    if (!isUnread) window.dropBefore(kept, fill.needed("readers"));
    if (window.end - window.start <= bytesMax) break;
    await sleep(PACE_MS);
    if (!state.owner.isCurrent()) return true;
  }
  return true;
}

function leave(reader: ChunkReader, ending: Ending): Ending {
  reader.cancel();
  return ending;
}

/** The end of the body is read too: a connection whose answer was read whole is used again. */
function finishReading(reader: ChunkReader): Ending {
  reader.read(PACE_MS).catch(() => undefined);
  return "whole";
}
