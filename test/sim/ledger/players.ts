// The players' own code as judges of what a history showed. Each rendition is followed by one
// viewer who sees every version and one who sleeps through some of them.

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

/** One picture, one sound and one set of words at a time, as a viewer has them. */
export async function judgeByShaka(
  shown: readonly Shown[],
  seed: number,
): Promise<readonly HistoryFault[]> {
  const faults: HistoryFault[] = [];
  for (const sleepPercent of [0, 40]) {
    const chance = new Chance(seed);
    const steps = Map.groupBy(
      shown.filter(({ rendition }) => rendition.name.endsWith("0")),
      ({ step }) => step,
    );
    const wanted = new Set(
      shown.map(({ path, rendition: { name } }) => (name === "v1" ? "" : path)),
    );
    wanted.delete("");
    const latest = new Map<string, Reload>();
    let player: Shaka | null = null;
    for (const [step, versions] of steps) {
      for (const version of versions) latest.set(version.path, toReload(version));
      if (latest.size < wanted.size || chance.percent(sleepPercent)) continue;
      const now = [...latest.values()];
      const isFirst: boolean = player === null;
      player ??= new Shaka();
      const complaints = isFirst ? await player.start(now) : await player.reload(now);
      for (const what of complaints) faults.push({ step, law: "shaka", what });
    }
    await player?.stop();
  }
  return faults;
}

function toReload({ path, rendition, text }: Shown): Reload {
  return { path, type: rendition.type, text };
}
