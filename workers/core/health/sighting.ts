// What a prober saw of one channel at one origin, at one moment. Evidence without judgement: the
// detector and the timeline machine below this room decide what it means.

import type { FailureClass } from "./failure.ts";

/** One segment as an origin listed it. */
export interface SegmentMark {
  readonly msn: number;
  /** PROGRAM-DATE-TIME, extrapolated; null if the playlist has none. */
  readonly pdtMs: number | null;
  readonly durationMs: number;
  /** Last path segment of its URI: equal for replicas that stand in different places. */
  readonly name: string;
}

export type SightingOutcome =
  | {
      readonly kind: "playlist";
      readonly latencyMs: number;
      readonly targetDurationMs: number;
      readonly ended: boolean;
      readonly lastMsn: number;
      /** The last segments of the window, oldest first; at most SIGHTING_MARKS_MAX. */
      readonly marks: readonly SegmentMark[];
      /** Playlists that its multivariant playlist names; absent if that was not read. */
      readonly renditions?: readonly string[];
    }
  | {
      /** A whole media file was fetched. */
      readonly kind: "segment";
      readonly latencyMs: number;
      readonly bytes: number;
      /** How long the body took, from its first byte to its last. */
      readonly tookMs: number;
      /** Duration of the media in it. */
      readonly playsMs: number;
      /** False: its checksum is another than the packager's. True also if it has none. */
      readonly intact: boolean;
    }
  | {
      /** A chunk storage was asked for the newest segment and has it. */
      readonly kind: "object";
      readonly latencyMs: number;
    }
  | {
      readonly kind: "failed";
      readonly latencyMs: number;
      readonly failure: FailureClass;
      readonly detail: string;
      /**
       * Failures in a row as the witness counted them: its other messages may be lost or late.
       * Absent: one more than before.
       */
      readonly count?: number;
    };

/** As what an origin was looked at: it may be both for one channel, and is judged apart. */
export const SIGHTING_ROLES = ["playlists", "storage"] as const;
export type SightingRole = (typeof SIGHTING_ROLES)[number];

export interface Sighting {
  readonly channelId: string;
  readonly originId: string;
  readonly role: SightingRole;
  readonly outcome: SightingOutcome;
}

/** Enough to overlap with a replica that is several segments behind, small enough to send. */
export const SIGHTING_MARKS_MAX = 12;
