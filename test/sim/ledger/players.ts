// The players' own code as judges of what a history showed. Each rendition is followed by one
// viewer who sees every version and one who sleeps through some of them.

import { readCanonical } from "./canonical.ts";
import { Chance } from "./chance.ts";
import type { Shown } from "./drive.ts";
import type { HistoryFault } from "./history.ts";
import type { Reload } from "./player.ts";
import { HlsJs } from "./player-hls-js.ts";
import { findInvalid } from "./player-hls-parser.ts";
import { Shaka } from "./player-shaka.ts";

export function judgeByHlsParser(shown: readonly Shown[]): readonly HistoryFault[] {
  return shown.flatMap(({ step, rendition, text }) => {
    const what = findInvalid(text);
    return what === null
      ? []
      : [{ step, law: "strict" as const, what: `${rendition.name}: ${what}` }];
  });
}

export function judgeByHlsJs(shown: readonly Shown[], seed: number): readonly HistoryFault[] {
  const faults: HistoryFault[] = [];
  for (const sleepPercent of [0, 40]) {
    const chance = new Chance(seed);
    const players = new Map<string, HlsJs>();
    for (const now of shown) {
      if (chance.percent(sleepPercent)) continue;
      const player = players.get(now.path) ?? new HlsJs();
      players.set(now.path, player);
      for (const what of player.reload(toReload(now))) {
        faults.push({ step: now.step, law: "hls.js", what: `${now.rendition.name}: ${what}` });
      }
    }
  }
  return faults;
}

/**
 * One picture and one sound at a time, as a viewer has them. No subtitles: with dates before some
 * segments only, it moves them even in a single origin's own playlists.
 */
export async function judgeByShaka(
  shown: readonly Shown[],
  seed: number,
): Promise<readonly HistoryFault[]> {
  const watched = shown.filter(({ rendition: { name } }) => name === "v0" || name === "a0");
  const pathCount = new Set(watched.map(({ path }) => path)).size;
  const steps = Map.groupBy(watched, ({ step }) => step);
  const faults: HistoryFault[] = [];
  for (const sleepPercent of [0, 40]) {
    const chance = new Chance(seed);
    const latest = new Map<string, Shown>();
    let seen = new Map<string, string>();
    let player: Shaka | null = null;
    let isAsleep = false;
    for (const [step, versions] of steps) {
      for (const version of versions) latest.set(version.path, version);
      isAsleep = !isAsleep && chance.percent(sleepPercent);
      if (latest.size < pathCount || isAsleep) continue;
      const now = [...latest.values()];
      // After an outage one rendition may come back later than the others; they wait for it.
      if (now.some((one) => now.some((other) => isPast(one.text, other.text)))) continue;
      const jumps = now.some(({ text }) => findDateJump(text));
      if (
        player !== null &&
        (jumps || now.some((each) => isElsewhere(seen.get(each.path), each.text)))
      ) {
        // Where the whole window went by, the player can only guess; a viewer begins anew.
        await player.stop();
        player = null;
      }
      if (jumps) continue;
      const isFirst: boolean = player === null;
      player ??= new Shaka();
      const reloads = now.map(toReload);
      const complaints = isFirst ? await player.start(reloads) : await player.reload(reloads);
      for (const what of complaints) faults.push({ step, law: "shaka", what });
      seen = new Map(now.map(({ path, text }) => [path, text]));
    }
    await player?.stop();
  }
  return faults;
}

/**
 * True if dates jump by more than a second at a discontinuity. Shaka closes such a gap on its
 * timeline and, when it reloads, closes it again for segments that it knows already (5.2.12,
 * createSegments_): also in playlists of one encoder after an outage. It is not asked about them.
 */
function findDateJump(text: string): boolean {
  const { blocks } = readCanonical(text, new Map());
  // A stretch without dates goes on from what was before it.
  let dueMs: number | null = null;
  for (const { discontinuity, dateMs, seconds } of blocks) {
    const jumpMs = dueMs === null || dateMs === null ? 0 : Math.abs(dateMs - dueMs);
    if (discontinuity && jumpMs > 950) return true;
    const startMs: number | null = dateMs ?? dueMs;
    dueMs = startMs === null ? null : startMs + seconds * 1000;
  }
  return false;
}

/**
 * True if a player cannot place this window by the earlier one. Shaka places segments by dates as
 * long as a window has any, else by durations, and with a clock that drifts these are not the same
 * (5.2.12, in one undated origin's playlists behind a dated one's, whoever joins them).
 */
function isElsewhere(before: string | undefined, now: string): boolean {
  const dated = (text: string | undefined) => text?.includes("#EXT-X-PROGRAM-DATE-TIME:") === true;
  return isPast(before, now) || (dated(before) && !dated(now));
}

/** True if nothing of the earlier window is left. */
function isPast(before: string | undefined, now: string): boolean {
  if (before === undefined) return false;
  const lastMsn = toFirstMsn(before) + before.split("#EXTINF:").length - 2;
  return toFirstMsn(now) > lastMsn;
}

function toFirstMsn(text: string): number {
  return Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
}

function toReload({ path, rendition, text }: Shown): Reload {
  return { path, type: rendition.type, text };
}
