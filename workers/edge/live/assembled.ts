// A segment that no origin has: the channel was cut while the segment was being made, so it is the
// parts of it that players were shown, one behind the other (core/continuity/closing.ts). The
// coordinator knows which; each part goes its own way, so those that were watched a moment ago come
// from the cache. Nothing is held whole: bodies follow each other through one stream. To the fill
// that reads it, this is a source like an origin.

import { type CacheKey, toCacheKey } from "../../core/cache/key.ts";
import type { AssemblyPart } from "../../core/contract/live.ts";
import { toAssetKind, toContentType } from "../../core/http/media-types.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { toMediaQuery } from "../../core/resolve/query.ts";
import { parseAssetPath, printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { FileMeta } from "../../platform/edge-cache.ts";
import { sliceStream } from "../../platform/slice.ts";
import type { FillHead } from "../fill/fill-head.ts";
import type { FillSource, OpenedBody } from "../fill/fill-source.ts";
import type { Ports, Situation } from "../ports.ts";

/** A file that can be read from its beginning. */
export interface OpenFile {
  readonly kind: "file";
  readonly meta: FileMeta;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Gets one part, as any other file. */
export type OpenPart = (
  situation: Situation,
  key: CacheKey,
  ports: Ports,
) => Promise<OpenFile | OriginProblem>;

const ANSWER_MS_MAX = 1_000;
/** Silence after which a part counts as broken. */
const STALL_MS = 8_000;

/** Whether an asset is such a segment. */
export function isAssembled({ assetPath }: Asset): boolean {
  return assetPath.label.kind === "parts";
}

/** Puts a segment together, or says why that cannot be. */
export function makeAssembledSource(
  situation: Situation,
  ports: Ports,
  openPart: OpenPart,
): FillSource {
  let isBroken = false;
  return {
    async open(place) {
      // A second try would read the same parts again.
      if (isBroken) return UNKNOWN;
      const files = await openParts(situation, ports, openPart);
      if (!Array.isArray(files)) return files;
      const opened = join(situation, files, ports);
      return { ...opened, head: place.head ?? opened.head, skipBytes: place.position };
    },
    broke() {
      isBroken = true;
    },
  };
}

async function openParts(
  situation: Situation,
  ports: Ports,
  openPart: OpenPart,
): Promise<OpenFile[] | OriginProblem> {
  const { channel, assetPath } = situation.asset;
  const call = ports.live(channel.id).relay(0).assembly(channel.id, printAssetPath(assetPath));
  const parts = await Promise.race([call, sleep(ANSWER_MS_MAX).then(() => null)]).catch(() => null);
  if (parts === null || parts.length === 0) return UNKNOWN;
  const files: OpenFile[] = [];
  for (const part of parts) {
    const own = toPartSituation(situation, part);
    // One after the other, headers only: a few requests may wait for headers at once.
    const file = own === null ? UNKNOWN : await openPart(own, toCacheKey(own.asset), ports);
    if (file.kind === "problem") {
      await Promise.all(files.map(({ body }) => body?.cancel()));
      return file;
    }
    files.push(toPartFile(file, part));
  }
  return files;
}

function toPartSituation(situation: Situation, { path }: AssemblyPart): Situation | null {
  const [plain = "", query = ""] = path.split("?");
  const assetPath = parseAssetPath(plain);
  if (assetPath.kind !== "asset-path" || assetPath.label.kind !== "timeline") return null;
  const { asset } = situation;
  const own = {
    ...asset,
    kind: toAssetKind(assetPath.path),
    timeline: assetPath.label.n,
    path: assetPath.path,
    query: toMediaQuery(query),
    assetPath,
  };
  return { ...situation, asset: own };
}

/** The file, or the range of it that is the part. */
function toPartFile(file: OpenFile, { range }: AssemblyPart): OpenFile {
  if (range === null || file.body === null) return file;
  const lengthBytes = range.last - range.first + 1;
  const body = sliceStream(file.body, range.first, range.last);
  return { ...file, body, meta: { ...file.meta, lengthBytes } };
}

function join(situation: Situation, files: readonly OpenFile[], ports: Ports): OpenedBody {
  const [first] = files as readonly [OpenFile];
  const lengthBytes = files.reduce<number | null>((sum, { meta }) => {
    return sum === null || meta.lengthBytes === null ? null : sum + meta.lengthBytes;
  }, 0);
  // A stream that knows its length announces it to the viewer.
  const { readable, writable } =
    lengthBytes === null ? new IdentityTransformStream() : new FixedLengthStream(lengthBytes);
  ports.waitUntil(pump(files, writable));
  const nowMs = readClockMs();
  const head: FillHead = {
    meta: {
      ...first.meta,
      confirmedAtMs: nowMs,
      freshUntilMs: nowMs + (first.meta.freshUntilMs - first.meta.confirmedAtMs),
      contentType: toContentType(situation.asset.path, first.meta.contentType),
      etag: null,
      lastModifiedMs: null,
      lengthBytes,
    },
    storable: lengthBytes !== null,
    md5: null,
    tier: "origin",
    isLarge: false,
    originStatus: 200,
    originMs: 0,
  };
  const body = readable as ReadableStream<Uint8Array>;
  return { kind: "opened", head, body, skipBytes: 0, stallMs: STALL_MS, holdMs: 0 };
}

/** Never rejects: a part that breaks off breaks off the segment, and its reader can tell. */
async function pump(files: readonly OpenFile[], writable: WritableStream): Promise<void> {
  const bodies = files.map(({ body }) => body);
  try {
    for (const body of bodies) await body?.pipeTo(writable, { preventClose: true });
    await writable.close();
  } catch (error) {
    await writable.abort(error).catch(() => undefined);
    await Promise.all(bodies.map((body) => body?.cancel().catch(() => undefined)));
  }
}

const UNKNOWN: OriginProblem = {
  kind: "problem",
  reason: "not-announced",
  detail: "No playlist has announced a segment that is put together from these parts.",
  originId: null,
  isAbsence: false,
};
