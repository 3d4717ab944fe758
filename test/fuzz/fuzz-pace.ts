// Time as a law: how long an input takes next to the corpus in the same run, and how time grows
// when an input is blown up. What counts is the time that this thread was at work, for on a shared
// machine the wall's time can be tenfold. Caches and garbage collection still lie upwards, so a
// suspect is measured again and its best time counts.

import { defaultPlaylistLimits } from "../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import { decideFindings } from "../../workers/core/hls/validate.ts";
import { applyEditPlan } from "../../workers/core/transform/edits/compose.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";
import type { Chance } from "./fuzz-inputs.ts";
import type { LawVerdict } from "./fuzz-laws.ts";
import { checkLaws } from "./fuzz-laws.ts";

/** Milliseconds that any input may take, whatever its length: timers, garbage collection. */
const graceMs = 4;
/** How many times the corpus's time per letter an input may take. */
const paceMax = 40;
const remeasureCount = 5;

/** Time that this thread has worked since it began. */
function readWorkMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function measureMs(act: () => void, count: number): number {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let done = 0; done < count; done += 1) {
    const startedMs = readWorkMs();
    act();
    bestMs = Math.min(bestMs, readWorkMs() - startedMs);
  }
  return bestMs;
}

export interface Pace {
  /** Checks the laws and the time they take. */
  readonly check: (input: string) => LawVerdict;
  /** The slowest input so far, as a multiple of the corpus's time per letter. */
  readonly worst: () => number;
}

export function makePace(seeds: readonly string[]): Pace {
  const chars = seeds.reduce((sum, { length }) => sum + length, 0);
  const checkAll = () => {
    for (const text of seeds) checkLaws(text);
  };
  checkAll();
  const perCharMs = measureMs(checkAll, 3) / chars;
  let worst = 0;
  return {
    worst: () => worst,
    check: (input) => {
      const startedMs = readWorkMs();
      const law = checkLaws(input);
      const tookMs = readWorkMs() - startedMs;
      const allowedMs = graceMs + input.length * perCharMs * paceMax;
      if (law.broken !== null) return law;
      if (tookMs <= allowedMs) {
        // Short inputs are all overhead and say nothing about the pace.
        if (input.length > 2000) worst = Math.max(worst, tookMs / (input.length * perCharMs));
        return law;
      }
      const bestMs = measureMs(() => void checkLaws(input), remeasureCount);
      if (bestMs <= allowedMs) return law;
      return { ...law, broken: `slow: ${input.length} letters take ${bestMs.toFixed(1)} ms` };
    },
  };
}

const context = {
  channel: "demo",
  playlistPath: "v1/index.m3u8",
  playlistUrl: "https://origin.example/live/v1/index.m3u8",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: true,
  hosts: [],
  unknownHosts: "drop",
  query: "",
} as const;

const encoder = new TextEncoder();

function parseAndRewrite(text: string): void {
  const playlist = parsePlaylist(text, defaultPlaylistLimits, encoder.encode(text));
  if (playlist.kind === "failure") return;
  const result = rewritePlaylist(playlist, context);
  if (result.kind === "rewritten") result.bytes();
}

const steps: Readonly<Record<string, (text: string) => void>> = {
  "parse and rewrite": parseAndRewrite,
  segments: (text) => {
    const playlist = parsePlaylist(text);
    if (playlist.kind === "media") playlist.segments();
    else if (playlist.kind === "multivariant") playlist.variants();
  },
  validate: (text) => {
    const playlist = parsePlaylist(text);
    if (playlist.kind !== "failure") decideFindings(playlist);
  },
  edits: (text) => {
    const playlist = parsePlaylist(text);
    if (playlist.kind === "failure") return;
    applyEditPlan(playlist, {
      variantFilter: { heightPixels: { min: null, max: 720 }, audioLanguages: ["en"] },
      extraPlaylists: { iframes: "drop", images: "drop" },
      gaps: { segments: [{ firstMsn: 2, lastMsn: 3 }] },
      window: { windowSeconds: 20 },
      delta: { skip: "YES", nowMs: 0 },
    });
  },
};

const smallChars = 24_000;
const growth = 4;
/** Linear is 4; sorting and maps a little more; a square is 16. */
const growthMax = 9;
/** Below this even a square does no harm, and the clock is too coarse. */
const noticeMs = 25;

/**
 * Blows up one span of the input to two sizes and compares the times. The span is repeated as it
 * is, or numbered, so that names differ as an attacker would make them differ.
 */
export function findSuperlinear(
  input: string,
  chance: Chance,
): { readonly what: string; readonly input: string } | null {
  const lines = input.split(/(?<=\n)/);
  const from = 1 + chance.under(Math.max(1, lines.length - 1));
  const span = lines.slice(from, from + 1 + chance.under(4)).join("");
  if (span.trim() === "") return null;
  const inLine = chance.under(4) === 0;
  const numbered = chance.under(2) === 0;
  const body = inLine ? span.trimEnd().slice(0, 1 + chance.under(40)) : span;
  if (body.trim() === "") return null;
  const before = lines.slice(0, from).join("");
  const after = lines.slice(from).join("");
  const grow = (chars: number) => {
    const copies: string[] = [];
    for (let size = 0, index = 0; size < chars; index += 1) {
      const copy = numbered ? toNumbered(body, index) : body;
      copies.push(copy);
      size += copy.length;
    }
    return before + copies.join("") + after;
  };
  const small = grow(smallChars);
  const large = grow(smallChars * growth);
  for (const [name, act] of Object.entries(steps)) {
    const largeMs = measureMs(() => act(large), 1);
    if (largeMs < noticeMs) continue;
    const ratio = measureMs(() => act(large), 3) / measureMs(() => act(small), 3);
    if (ratio > growthMax && measureMs(() => act(large), 3) >= noticeMs) {
      const what = `superlinear: ${name} takes ${ratio.toFixed(1)} times as long for 4 times the text`;
      return { what, input: large };
    }
  }
  return null;
}

/** Makes the first quoted value, or else the first run of digits, differ in each copy. */
function toNumbered(text: string, index: number): string {
  if (/="[^"]*"/.test(text)) return text.replaceAll(/="([^"]*)"/g, `="$1${index}"`);
  return text.replace(/\d+/, String(index));
}
