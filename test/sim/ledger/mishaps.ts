// Small mishaps beside what a history is about, with a chance of their own so that no seed's other
// fate depends on them: an origin lists segments that it does not have, and somebody reads a
// playlist there that its multivariant playlist does not name.

import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import { Chance } from "./chance.ts";
import { toPlaceOf } from "./fetched.ts";
import type { Origin } from "./origin.ts";
import type { Packager } from "./packager.ts";
import type { World } from "./plan.ts";

interface Loss {
  readonly originId: string;
  readonly firstIndex: number;
  readonly count: number;
}

export class Mishaps {
  readonly #world: World;
  readonly #loss: Loss | null;
  readonly #strays: boolean;
  #isTold = false;

  constructor(world: World) {
    const chance = new Chance(world.seed ^ 0x1b873593);
    const { plan } = chance.pick(world.origins);
    // Histories begin some fourteen segments after their encoders.
    const loss = { originId: plan.id, firstIndex: chance.between(14, 40) };
    this.#world = world;
    this.#loss = chance.percent(8) ? { ...loss, count: chance.between(1, 3) } : null;
    this.#strays = chance.percent(20);
  }

  /** What else the ledger hears of when an origin was polled. */
  after(origin: Origin, packager: Packager, tellsMs: number): readonly LedgerEvent[] {
    return [
      ...this.#toLost(origin, packager, tellsMs),
      ...this.#toStrays(origin, packager, tellsMs),
    ];
  }

  /** Fetches have failed: nobody tells of it twice. */
  #toLost({ plan }: Origin, packager: Packager, tellsMs: number): readonly LedgerEvent[] {
    const { encoder, msnBase } = packager.runAt(tellsMs);
    const loss = this.#loss;
    if (loss?.originId !== plan.id || this.#isTold || encoder.plan.partMs > 0) return [];
    const lastIndex = loss.firstIndex + loss.count - 1;
    if (packager.lastIndexAt(tellsMs) < lastIndex) return [];
    this.#isTold = true;
    const firstMsn = msnBase + loss.firstIndex;
    const lastMsn = msnBase + lastIndex;
    return plan.renditions.map((rendition) => {
      const path = packager.path(rendition);
      return { kind: "lost", origin: plan.id, path, firstMsn, lastMsn };
    });
  }

  #toStrays({ plan }: Origin, packager: Packager, tellsMs: number): readonly LedgerEvent[] {
    if (!this.#strays) return [];
    const missing = this.#world.renditions.filter((one) => !plan.renditions.includes(one));
    return missing.flatMap((rendition): readonly LedgerEvent[] => {
      const text = packager.playlist(rendition, tellsMs, plan.renditions);
      if (text === null) return [];
      const path = packager.path(rendition);
      const playlist = parsePlaylist(text) as MediaPlaylist;
      const place = toPlaceOf(plan.id, path);
      return [{ kind: "playlist", origin: plan.id, path, playlist, place }];
    });
  }
}
