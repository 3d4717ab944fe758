// The laws that every text obeys: reading never throws; what is accepted prints back and agrees
// with its own segments; rewriting never throws, keeps the segments, and does nothing the second
// time; edits and the validator never throw; a shorter window and a delta put together again leave
// the segments what they were. checkLaws returns the first law that an input breaks.

import { playlistFailureReasons } from "../../workers/core/hls/failure.ts";
import { defaultPlaylistLimits } from "../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist, Playlist, Segment } from "../../workers/core/hls/playlist.ts";
import { printPlaylist } from "../../workers/core/hls/print-playlist.ts";
import { decideFindings } from "../../workers/core/hls/validate.ts";
import { rewriteAssetList } from "../../workers/core/transform/edit-json-bodies.ts";
import type { EditPlan } from "../../workers/core/transform/edits/compose.ts";
import { applyEditPlan } from "../../workers/core/transform/edits/compose.ts";
import { applyDeltaMerge } from "../../workers/core/transform/edits/delta-merge.ts";
import { applyDelta } from "../../workers/core/transform/edits/delta-update.ts";
import { parseVariantFilter } from "../../workers/core/transform/edits/filter-grammar.ts";
import { applyWindow } from "../../workers/core/transform/edits/window.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v1/index.m3u8",
  playlistUrl: "https://origin.example/live/v1/index.m3u8?t=abc",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: true,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/media/" }],
  unknownHosts: "keep",
  query: "t=abc",
};

const contexts: readonly RewriteContext[] = [
  base,
  { ...base, timeline: 0, beyondPrefix: false, unknownHosts: "drop" },
  { ...base, playlistUrl: "https://cdn2.example/media/moved/index.m3u8" },
];

const plans: readonly EditPlan[] = [
  {
    variantFilter: {
      heightPixels: { min: null, max: 720 },
      codecs: ["avc1", "mp4a"],
      audioLanguages: ["en"],
    },
    extraPlaylists: { iframes: "drop", images: "drop" },
    firstVariant: { bandwidthMax: 3_000_000 },
    contentSteering: {
      serverUri: "_/steering/demo",
      pathwayId: "weir",
      playlistUrl: "https://edge.example/demo/master.m3u8",
      clones: [{ baseId: "weir", id: "b", origin: "https://b.example" }],
    },
    gaps: { segments: [{ firstMsn: 2, lastMsn: 3 }], parts: [{ msn: 1, part: 0 }] },
    window: { windowSeconds: 20 },
    start: { timeOffsetSeconds: -10 },
    delta: { skip: "YES", nowMs: 0 },
  },
  {
    window: { windowSeconds: 0 },
    serverControl: { canBlockReload: false },
    start: "remove",
    delta: {
      skip: "v2",
      nowMs: 1e12,
      dateRanges: { addedMs: new Map([["x", 0]]), removedMs: new Map([["y", 1e12]]) },
    },
  },
];

export interface LawVerdict {
  /** True if the text is a playlist. */
  readonly accepted: boolean;
  /** The law that is broken, in words; null: none. */
  readonly broken: string | null;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function checkLaws(text: string): LawVerdict {
  let accepted = false;
  try {
    const playlist = parsePlaylist(text, defaultPlaylistLimits, encoder.encode(text));
    if (playlist.kind === "failure") {
      const isNamed = playlistFailureReasons.includes(playlist.reason) && playlist.line >= 1;
      return { accepted, broken: isNamed ? null : "a failure without reason or line" };
    }
    accepted = true;
    const broken = checkReading(playlist) ?? checkRewriting(playlist) ?? checkEdits(playlist);
    if (broken !== null) return { accepted, broken };
    decideFindings(playlist);
    checkSideDoors(text);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { accepted, broken: `it throws: ${what.split("\n").slice(0, 4).join(" | ")}` };
  }
  return { accepted, broken: null };
}

function checkReading(playlist: Playlist): string | null {
  if (printPlaylist(playlist) !== playlist.text) return "printing differs";
  if (playlist.kind === "multivariant") {
    const count = playlist.variants().length;
    playlist.renditions();
    playlist.iframeVariants();
    playlist.imageVariants();
    return count > playlist.variantCount ? "more variants than EXT-X-STREAM-INF" : null;
  }
  const segments = playlist.segments();
  const openParts = playlist.openParts();
  if (segments.length !== playlist.segmentCount) return "segments() and segmentCount differ";
  const last = segments.at(-1);
  if (last !== undefined && last.msn !== playlist.lastMsn) return "segments() and lastMsn differ";
  if ((playlist.lastPart ?? -1) + 1 !== openParts.length) return "openParts() and lastPart differ";
  const parts = segments.reduce((sum, one) => sum + one.parts.length, openParts.length);
  if (parts !== playlist.partCount) return "parts and partCount differ";
  const seconds = segments.reduce((sum, one) => sum + one.durationSeconds, 0);
  if (!isNear(seconds, playlist.totalDurationSeconds)) return "durations differ from their total";
  const stated = playlist.lastProgramDateTimeMs;
  const dateMs = last?.programDateTimeMs ?? null;
  // A date behind the last segment takes the stated one away (parse-playlist.test.ts).
  if (stated !== null && dateMs === null) return "the last segment has no date";
  if (stated !== null && dateMs !== null && !isNear(stated, dateMs)) return "last dates differ";
  return null;
}

function isNear(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

function checkRewriting(playlist: Playlist): string | null {
  for (const context of contexts) {
    const result = rewritePlaylist(playlist, context);
    if (result.kind === "refused") {
      if (result.line < 1) return "a refusal without line";
      continue;
    }
    result.uris();
    const bytes = result.bytes();
    if (bytes !== null && decoder.decode(bytes) !== result.text) return "bytes and text differ";
    const read = parsePlaylist(result.text);
    if (read.kind !== playlist.kind) return `a rewritten playlist reads as ${read.kind}`;
    if (read.kind === "media" && playlist.kind === "media") {
      if (read.segmentCount !== playlist.segmentCount) return "rewriting changes the segment count";
      if (!isNear(read.totalDurationSeconds, playlist.totalDurationSeconds)) {
        return "rewriting changes the duration";
      }
    }
    const again = rewritePlaylist(read, {
      ...context,
      playlistUrl: `https://edge.example/demo/${context.playlistPath}`,
      prefixUrl: "https://edge.example/demo/",
      hosts: [],
      originIsEdge: true,
      query: "",
    });
    if (again.kind === "refused") return `the second rewriting is refused: ${again.detail}`;
    if (again.text !== result.text) return "the second rewriting changes something";
  }
  return null;
}

function checkEdits(playlist: Playlist): string | null {
  for (const plan of plans) {
    const result = applyEditPlan(playlist, plan);
    if (result.kind === "refused") continue;
    const edited = result.playlist;
    if (edited.kind === "media" && playlist.kind === "media") {
      if (edited.lastMsn !== playlist.lastMsn) return "edits move the last segment's number";
      if (edited.lastPart !== playlist.lastPart) return "edits move the last part";
    }
    if (edited.kind === "multivariant" && playlist.kind === "multivariant") {
      const had = playlist.variants().length > 0;
      if (had && edited.variants().length === 0) return "edits leave no variant";
    }
  }
  if (playlist.kind !== "media") return null;
  // Of more key formats than are kept (hls/segments.ts) a window may keep others.
  if (playlist.text.split("#EXT-X-KEY").length > 16) return null;
  return checkWindow(playlist) ?? checkDelta(playlist);
}

/** What of a segment must not move. Dates are left out: an unreadable one could not be carried. */
function toEssence(segment: Segment): string {
  const { msn, uri, durationSeconds, byteRange, discontinuity, discontinuitySequence } = segment;
  const parts = segment.parts.map(({ line: _line, ...part }) => part);
  const { gap, map, keys } = segment;
  const place = [msn, uri, durationSeconds, byteRange, discontinuity, discontinuitySequence];
  return JSON.stringify([...place, gap, map, keys, parts]);
}

function isTail(tail: readonly Segment[], whole: readonly Segment[]): boolean {
  const kept = whole.slice(whole.length - tail.length);
  return tail.every((segment, index) => {
    const other = kept[index];
    return other !== undefined && toEssence(segment) === toEssence(other);
  });
}

function checkWindow(playlist: MediaPlaylist): string | null {
  const result = applyWindow(playlist, { windowSeconds: 12 });
  if (result.kind === "refused") return "a window is refused";
  const isKept = isTail(result.playlist.segments(), playlist.segments());
  return isKept ? null : "a shorter window changes what stays";
}

function checkDelta(playlist: MediaPlaylist): string | null {
  // A list with such a tag is a delta already, or the tag cannot be read.
  if (playlist.text.includes("#EXT-X-SKIP")) return null;
  const result = applyDelta(playlist, { skip: "YES", nowMs: 0 });
  if (result.kind === "refused") return "a delta is refused";
  if (result.playlist === playlist) return null;
  const merge = applyDeltaMerge(playlist, result.playlist);
  if (merge.kind === "failure") return `a delta cannot be merged: ${merge.reason}`;
  const segments = merge.playlist.segments();
  const isWhole = segments.length === playlist.segmentCount;
  return isWhole && isTail(segments, playlist.segments()) ? null : "a merged delta differs";
}

/** Other doors that take text from outside. */
function checkSideDoors(text: string): void {
  const line = text.slice(0, 200).replaceAll("\n", ",");
  parseVariantFilter(line);
  rewriteAssetList(`{"ASSETS":[{"URI":${JSON.stringify(line)}}]}`, {
    rewrite: base,
    edgeChannelUrl: "https://edge.example/demo/",
  });
}
