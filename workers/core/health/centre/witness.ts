// In which order a witness (a prober) said things, and at which moments of our clock it saw them.
// For the health centre, which hears witnesses over a network that delays, loses and reorders, on
// machines whose clocks are wrong and that begin anew.
//
// Only differences of a witness's own clock are believed: "the same playlist at 10:00:00 and at
// 10:00:04" is four seconds of standstill however late the two messages came. Measured by arrival,
// two messages that a broken line held back and then delivered together, or far apart, would make a
// freeze of a healthy origin. So a life of a witness is tied to our clock once, by its first
// message, and stays tied; what is older than what was heard says nothing any more.

export interface Hearing {
  /**
   * One prober's watch over one origin of one channel: what it says of another origin is neither
   * older nor newer, and must not be dropped for it.
   */
  readonly witnessId: string;
  readonly region: string;
  /** Chosen anew at every start of the witness. */
  readonly life: string;
  /** Rises within a life. */
  readonly seq: number;
  /** By the witness's clock: when it saw what it tells. */
  readonly seenAtMs: number;
}

export interface Witness {
  readonly region: string;
  readonly life: string;
  readonly seq: number;
  /** Our clock minus its own. */
  readonly offsetMs: number;
  /** Last moment it told of, by our clock. */
  readonly toldAtMs: number;
  /** Former lives, newest last: what they still say comes late. */
  readonly formerLives: readonly string[];
}

const FORMER_LIVES_MAX = 8;
/** A witness that speaks of a moment so far ahead has had its clock set. */
const AHEAD_MS_MAX = 5_000;

export interface Heard {
  readonly witness: Witness;
  /** By our clock; null: it is old, and tells nothing. */
  readonly atMs: number | null;
}

/** Takes one message. */
export function applyHearing(before: Witness | undefined, hearing: Hearing, nowMs: number): Heard {
  const { region, life, seq, seenAtMs } = hearing;
  if (before !== undefined && before.life === life) {
    if (seq <= before.seq) return { witness: before, atMs: null };
    const atMs = seenAtMs + before.offsetMs;
    const isSet = atMs > nowMs + AHEAD_MS_MAX || atMs < before.toldAtMs;
    const offsetMs = isSet ? nowMs - seenAtMs : before.offsetMs;
    const toldAtMs = isSet ? nowMs : atMs;
    return { witness: { ...before, region, seq, offsetMs, toldAtMs }, atMs: toldAtMs };
  }
  if (before?.formerLives.includes(life) === true) return { witness: before, atMs: null };
  const formerLives =
    before === undefined ? [] : [...before.formerLives, before.life].slice(-FORMER_LIVES_MAX);
  const offsetMs = nowMs - seenAtMs;
  return { witness: { region, life, seq, offsetMs, toldAtMs: nowMs, formerLives }, atMs: nowMs };
}
