// A lifetime and why it is what it is. The reasons are a closed set, so that explain can print a
// sentence, metrics can count it and the tests can walk it. For core/ttl and everyone who shows its
// results. It does NOT carry the inputs; explain prints those next to it.

/** The rule that decided. */
export const TTL_REASONS = [
  "half-target",
  "part-target",
  "next-update",
  "overdue",
  "blocking",
  "just-ended",
  "ended",
  "multivariant-live",
  "multivariant-vod",
  "origin",
  "immutable-name",
  "reusable-name",
  "hinted-segment",
  "side-default",
  "fixed",
  "latency-adaptive",
  "failure",
  "blocking-failure",
  "until-published",
  "rejected",
  "unavailable",
  "key-unstated",
  "origin-no-store",
  "origin-private",
] as const;
export type TtlReason = (typeof TTL_REASONS)[number];

/** One sentence per reason, for people. */
export const TTL_SENTENCES: Record<TtlReason, string> = {
  "half-target": "Half a target duration: nothing is known about the next update.",
  "part-target": "One part target: a low-latency playlist gets a part at least that often.",
  "next-update": "The time that is left until the next expected update.",
  overdue: "The next update is overdue, so the playlist is looked at again very soon.",
  blocking: "Six target durations: the answer to this blocking request stays right.",
  "just-ended": "The playlist ended a short while ago; the end may have been a mistake.",
  ended: "The playlist never changes again.",
  "multivariant-live": "The multivariant playlist of a live channel rarely changes.",
  "multivariant-vod": "The multivariant playlist of a finished presentation does not change.",
  origin: "What the origin allows, within our bounds.",
  "immutable-name": "The bytes under this name never change.",
  "reusable-name": "An encoder may use this name again, so it is kept six target durations.",
  "hinted-segment": "Six target durations: the answer to a hinted request.",
  "side-default": "The origin said nothing about this file, so it is kept a minute.",
  fixed: "The channel's policy fixes it, within the live bounds.",
  "latency-adaptive": "Computed from the origin's latency, within the live bounds.",
  failure: "One target duration: the origin says that there is no such thing.",
  "blocking-failure": "Four target durations: the origin refused this blocking request.",
  "until-published": "The file does not exist yet; asked again when it is expected.",
  rejected: "At most half a target duration: the live edge moves on.",
  unavailable: "A server's failure is never kept as an answer.",
  "key-unstated": "A key is kept only when its origin allows it.",
  "origin-no-store": "The origin forbids storing; the policy ignore_no_store would waive it.",
  "origin-private": "The origin says that the answer is for one viewer only.",
};

/** A lifetime in whole milliseconds; the stale windows begin where freshness ends. */
export interface Ttl {
  readonly freshMs: number;
  readonly swrMs: number;
  readonly sieMs: number;
  /** False: hand the answer on, keep nothing, print no-store. */
  readonly storable: boolean;
  readonly reason: TtlReason;
}
