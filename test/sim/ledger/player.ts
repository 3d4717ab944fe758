// What the simulator wants from a player's own code: it is given every playlist that a viewer
// reloads, in order, and says what it did not like. A complaint is an error the player would raise,
// or a change of its timeline that its user would see.

/** One playlist that a viewer got. */
export interface Reload {
  /** Path of the playlist in the canonical presentation. */
  readonly path: string;
  readonly type: MediaType;
  readonly text: string;
}

export type MediaType = "video" | "audio" | "subtitles";

/**
 * Seconds by which a segment may move on a player's timeline before anybody could notice. Where
 * dates leave a window a player goes on by durations: a clock that gains 500 ppm is 24 ms off then.
 */
export const slackSeconds = 0.03;

/** Remembers what a player showed at which place; finds what moved and what came twice. */
export class SegmentMemory {
  readonly #startByUri = new Map<string, { readonly at: number; readonly seconds: number }>();

  forget(): void {
    this.#startByUri.clear();
  }

  /** Null, or what is wrong with this segment. `at` is any number that must stay the same. */
  check(uri: string, at: number, startSeconds: number): string | null {
    const known = this.#startByUri.get(uri);
    this.#startByUri.set(uri, { at, seconds: startSeconds });
    if (known === undefined) return null;
    if (known.at !== at) return `${uri} was segment ${known.at} and is added again as ${at}`;
    const moved = startSeconds - known.seconds;
    if (Math.abs(moved) <= slackSeconds) return null;
    return `${uri} moves by ${moved.toFixed(3)} s`;
  }
}

/**
 * The same for parts. They are known by their names alone, and the same ones may come again behind
 * a cut: what counts is that none leaves its place for another one.
 */
export class PartMemory {
  #known: ReadonlyMap<string, readonly number[]> = new Map();
  #now = new Map<string, number[]>();

  note(uri: string, startSeconds: number): void {
    const starts = this.#now.get(uri) ?? [];
    this.#now.set(uri, [...starts, startSeconds]);
  }

  /** What moved since the last reload; all of this one was noted. */
  conclude(): readonly string[] {
    const known = this.#known;
    const moved = [...this.#now].filter(([uri, starts]) => {
      const before = known.get(uri) ?? [];
      return before.some(isNotAmong(starts)) && starts.some(isNotAmong(before));
    });
    this.#known = this.#now;
    this.#now = new Map();
    return moved.map(([uri, starts]) => `${uri} moves from ${known.get(uri)} to ${starts} s`);
  }
}

function isNotAmong(starts: readonly number[]): (one: number) => boolean {
  return (one) => !starts.some((other) => Math.abs(other - one) <= slackSeconds);
}
