// Child process: crowds of simulated players, away from what they measure. Started by players.ts.

import { makeChance } from "../chance.ts";
import { serveCalls } from "../child-calls.ts";
import { startLagMeter } from "../live/lag-meter.ts";
import { makeSchedule } from "../live/schedule.ts";
import { makeAnswerReader, Player, type Verdict } from "./player.ts";
import type { CrowdOptions } from "./players.ts";

const lag = startLagMeter();
const crowds = new Map<string, { readonly players: Player[]; verdicts: Verdict[] }>();

serveCalls({
  start(crowd: CrowdOptions) {
    const schedules = new Map(
      Object.entries(crowd.schedules).map(([letter, options]) => [letter, makeSchedule(options)]),
    );
    const read = makeAnswerReader();
    const chance = makeChance(crowd.seed);
    const verdicts: Verdict[] = [];
    const players = Array.from({ length: crowd.count }, (_, at) => {
      const edge = at % crowd.edgeUrls.length;
      const playlist =
        crowd.playlists[Math.floor(at / crowd.edgeUrls.length) % crowd.playlists.length];
      const { rhythm } = crowd;
      return new Player(
        { edge, url: crowd.edgeUrls[edge] ?? "", playlist: playlist ?? "", rhythm },
        schedules,
        read,
        (verdict) => void verdicts.push(verdict),
        chance,
      );
    });
    for (const player of players) player.startIn(chance() * crowd.spreadMs);
    crowds.set(crowd.name, { players, verdicts });
  },
  /** Verdicts of answers that ended between two moments. */
  verdicts(name: string, fromMs: number, toMs: number): readonly Verdict[] {
    const crowd = crowds.get(name);
    return crowd?.verdicts.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs) ?? [];
  },
  stop(name: string) {
    for (const player of crowds.get(name)?.players ?? []) player.stop();
    crowds.delete(name);
  },
  lag: (fromMs: number, toMs: number) => lag.report(fromMs, toMs),
});
