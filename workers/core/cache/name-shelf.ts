// Which names of a live channel exist: those in the newest version of a playlist, and those that
// left it so recently that viewers may still ask (spec C7: a segment stays available for its own
// duration and that of the longest playlist that held it, counted here from when it left, which is
// never too short). Asked before an origin is: what no version announced is refused for nothing
// (design section 3). Held by the coordinator, which sees every version, and by each isolate for
// the playlists that it serves, where it answers for free.
//
// Picture: a baker's window. What lies in it can be bought, and what was taken out a moment ago is
// still in the back. Anything else was never baked, or is in the oven: then it is worth a short
// wait. `decideNearness` tells the oven from the never-baked by the numbers in the name.

/** One name of a version; see core/transform/announced-names.ts. */
export interface ShelfName {
  readonly name: string;
  readonly role: string;
  readonly isWhole: boolean;
}

export interface ShelfSight {
  readonly playlist: string;
  readonly role: string;
  readonly isWhole: boolean;
}

/** How a name that is not announced compares with those that are. */
export const NEARNESSES = ["near-future", "past", "strange"] as const;
export type Nearness = (typeof NEARNESSES)[number];

/** Names kept after they left, per channel: an hour of 2 s segments in ten renditions. */
export const LEFT_NAMES_MAX = 20_000;
/** Playlists of one channel on a shelf. */
export const SHELF_PLAYLISTS_MAX = 256;

interface Listed {
  readonly names: ReadonlyMap<string, ShelfName>;
  /** The last segment or part: what comes next looks like it. */
  readonly newest: string | null;
  readonly windowMs: number;
}

export class NameShelf {
  readonly #listed = new Map<string, Listed>();
  readonly #left = new Map<string, { readonly sight: ShelfSight; readonly untilMs: number }>();

  /**
   * Takes the newest version of a playlist: its names, and for how long they stay available once
   * they have left. Returns the names that it announces for the first time; null if the playlist
   * was not on the shelf, when everything in it would be new.
   */
  note(
    playlist: string,
    names: readonly ShelfName[],
    windowMs: number,
    nowMs: number,
  ): readonly ShelfName[] | null {
    const before = this.#listed.get(playlist);
    const next = new Map(names.map((each) => [each.name, each]));
    const longestMs = Math.max(windowMs, before?.windowMs ?? 0);
    for (const [name, { role, isWhole }] of before?.names ?? []) {
      if (next.has(name)) continue;
      this.#left.delete(name);
      this.#left.set(name, { sight: { playlist, role, isWhole }, untilMs: nowMs + longestMs });
    }
    this.#listed.delete(playlist);
    this.#listed.set(playlist, {
      names: next,
      newest: toNewest(names),
      windowMs: longestMs,
    });
    this.#trim(nowMs);
    if (before === undefined) return null;
    return names.filter(({ name, isWhole }) => isWhole && before.names.get(name)?.isWhole !== true);
  }

  /** Whether a name is available at a moment, and from which playlist; null: not that we know. */
  find(name: string, nowMs: number): ShelfSight | null {
    for (const [playlist, { names }] of this.#listed) {
      const listed = names.get(name);
      if (listed !== undefined) return { playlist, role: listed.role, isWhole: listed.isWhole };
    }
    const left = this.#left.get(name);
    return left !== undefined && nowMs < left.untilMs ? left.sight : null;
  }

  /** How a name that `find` does not know compares with the newest ones. */
  nearness(name: string): Nearness {
    let best: Nearness = "strange";
    for (const { newest } of this.#listed.values()) {
      const nearness = newest === null ? "strange" : decideNearness(name, newest);
      if (nearness === "near-future") return nearness;
      if (nearness === "past") best = nearness;
    }
    return best;
  }

  /** Milliseconds for which names of any playlist stay available after they left. */
  windowMs(): number {
    return Math.max(0, ...[...this.#listed.values()].map(({ windowMs }) => windowMs));
  }

  /** Playlists on the shelf, the one that changed last at the end. */
  playlists(): readonly string[] {
    return [...this.#listed.keys()];
  }

  #trim(nowMs: number): void {
    for (const [name, { untilMs }] of this.#left) {
      if (untilMs > nowMs && this.#left.size <= LEFT_NAMES_MAX) break;
      this.#left.delete(name);
    }
    for (const playlist of this.#listed.keys()) {
      if (this.#listed.size <= SHELF_PLAYLISTS_MAX) break;
      this.#listed.delete(playlist);
    }
  }
}

function toNewest(names: readonly ShelfName[]): string | null {
  const last = names.findLast(({ role }) => role === "segment" || role === "part");
  return last?.name ?? null;
}

/**
 * Compares a name with the newest announced one: alike but for its numbers, the first that differs
 * being higher, it is about to be made; lower, it was. Numbers may have any length.
 */
export function decideNearness(name: string, newest: string): Nearness {
  const [left, right] = [name.split(/(\d+)/), newest.split(/(\d+)/)];
  if (left.length !== right.length) return "strange";
  let order = 0;
  for (const [index, piece] of left.entries()) {
    const other = right[index] ?? "";
    if (index % 2 === 0) {
      if (piece !== other) return "strange";
    } else if (order === 0) order = compareDigits(piece, other);
  }
  return order > 0 ? "near-future" : "past";
}

function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
