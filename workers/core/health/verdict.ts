// The words of judgement: what an origin can be, and every reason that can be given for it. For the
// detector, the quorum, the API and the metrics, which label by these and by nothing else.
//
// A reason belongs to exactly one verdict, so that a list of reasons always says which verdict it
// led to; the worst one wins. Which evidence makes a reason is decided next door (detector.ts,
// quorum.ts, peers.ts, heartbeats.ts), not here.

export const VERDICTS = ["unknown", "green", "yellow", "red"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const VERDICT_REASONS = [
  "never-seen",
  "failing",
  "failed-once",
  "frozen",
  "ended",
  "ended-alone",
  "sequence-restart",
  "slow",
  "slow-tail",
  "slow-trend",
  "thin",
  "errors",
  "many-errors",
  "corrupt-once",
  "corrupt",
  "bitrate-swings",
  "parity",
  "behind-peers",
  "recovering",
  "sick-nodes",
  "nodes-banned",
  "partial",
  "quorum-lost",
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

export interface ReasonRule {
  /** The verdict that this reason alone leads to. */
  readonly verdict: Verdict;
  /**
   * Whether being yellow for it, and for long, costs an origin its place as the first one asked.
   * A forecast, a lost vote or a few slow answers are for people to look at.
   */
  readonly costsLead: boolean;
  /** What an operator reads. */
  readonly words: string;
}

export const REASON_RULES: Readonly<Record<VerdictReason, ReasonRule>> = {
  "never-seen": {
    verdict: "unknown",
    costsLead: false,
    words: "nobody has looked yet",
  },
  failing: {
    verdict: "red",
    costsLead: true,
    words: "requests fail one after the other",
  },
  "failed-once": {
    verdict: "yellow",
    costsLead: false,
    words: "the last request failed",
  },
  frozen: {
    verdict: "red",
    costsLead: true,
    words: "it answers, but its playlist stands still",
  },
  ended: {
    verdict: "yellow",
    costsLead: true,
    words: "a live playlist says that it has ended",
  },
  "ended-alone": {
    verdict: "red",
    costsLead: true,
    words: "its playlist has ended while others go on",
  },
  "sequence-restart": {
    verdict: "yellow",
    costsLead: false,
    words: "its sequence numbers went back",
  },
  slow: {
    verdict: "yellow",
    costsLead: true,
    words: "four times slower than usual",
  },
  "slow-tail": {
    verdict: "yellow",
    costsLead: false,
    words: "one answer in a hundred is far too slow",
  },
  "slow-trend": {
    verdict: "yellow",
    costsLead: false,
    words: "it will be four times slower within a minute",
  },
  thin: {
    verdict: "yellow",
    costsLead: true,
    words: "its bytes arrive slower than they are watched",
  },
  errors: {
    verdict: "yellow",
    costsLead: true,
    words: "more than one request in twenty fails",
  },
  "many-errors": {
    verdict: "red",
    costsLead: true,
    words: "every second request fails",
  },
  "corrupt-once": {
    verdict: "yellow",
    costsLead: true,
    words: "a file was not what its checksum says",
  },
  corrupt: {
    verdict: "red",
    costsLead: true,
    words: "file after file is not what its checksum says",
  },
  "bitrate-swings": {
    verdict: "yellow",
    costsLead: false,
    words: "its segments swing between far apart bitrates",
  },
  parity: {
    verdict: "red",
    costsLead: true,
    words: "it lacks renditions that the channel has",
  },
  "behind-peers": {
    verdict: "yellow",
    costsLead: true,
    words: "its newest media is behind that of the others",
  },
  recovering: {
    verdict: "red",
    costsLead: true,
    words: "it answers again, and has to go on doing so",
  },
  "sick-nodes": {
    verdict: "yellow",
    costsLead: false,
    words: "some of its nodes report trouble",
  },
  "nodes-banned": {
    verdict: "red",
    costsLead: true,
    words: "all of its nodes are banned by their heartbeats",
  },
  partial: {
    verdict: "yellow",
    costsLead: false,
    words: "some regions cannot use it, most can",
  },
  "quorum-lost": {
    verdict: "yellow",
    costsLead: false,
    words: "too few regions report to judge it anew",
  },
};

const GRAVITY: Readonly<Record<Verdict, number>> = { green: 0, unknown: 1, yellow: 2, red: 3 };

/** The verdict that a list of reasons leads to; green without any. */
export function toVerdict(reasons: readonly VerdictReason[]): Verdict {
  return reasons.reduce<Verdict>((worst, reason) => {
    const { verdict } = REASON_RULES[reason];
    return GRAVITY[verdict] > GRAVITY[worst] ? verdict : worst;
  }, "green");
}

/** Higher is worse; for sorting by gravity. */
export function toGravity(verdict: Verdict): number {
  return GRAVITY[verdict];
}
