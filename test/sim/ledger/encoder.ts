// One run of one encoder: the truth about bytes. Two origins give the same bytes exactly if they
// are fed by the same Encoder; whatever else they say is packaging (origin.ts). All encoders see
// the same programme, so a segment's place in the programme is the real time of its media.

export type MediaType = "video" | "audio" | "subtitles";

export interface Rendition {
  /** Also the name of its folder at every origin. */
  readonly name: string;
  readonly type: MediaType;
}

export interface Break {
  readonly startMs: number;
  readonly endMs: number;
}

export interface EncoderPlan {
  /** Number of the run; written into every segment's title so that a judge knows the bytes. */
  readonly id: number;
  /** Place in the programme where segment 0 starts. */
  readonly startMs: number;
  /** Where it stops for ever; no segment crosses it. */
  readonly endMs: number;
  /** Durations of the segments, over and over. */
  readonly pattern: readonly number[];
  /** Audio ends with a whole AAC frame instead of where the video does. */
  readonly audioFrames: boolean;
  readonly breaks: readonly Break[];
  readonly encryption: "none" | "iv" | "no-iv";
  /** Segments per key. */
  readonly keySegments: number;
  readonly maps: "none" | "one" | "per-break";
  /** Segments per file; 0 for a file each. */
  readonly fileSegments: number;
  /** 0 without parts. */
  readonly partMs: number;
  /** A clock that is wrong: its dates run ahead of the programme. */
  readonly skewMs: number;
  /** Dates gain so many milliseconds per 1,000 s of media. */
  readonly driftPpm: number;
}

/** What an encoder made, the same in all renditions but for the audio's frames. */
export interface Encoded {
  readonly index: number;
  readonly startMs: number;
  readonly endMs: number;
  /** The first segment of a break or the first one after it. */
  readonly discontinuity: boolean;
  /** Discontinuities up to and including this segment. */
  readonly discontinuities: number;
  /** Number of the break it is in, or -1. */
  readonly inBreak: number;
  /** Number of the break that begins here, or -1. */
  readonly opens: number;
  readonly key: number;
  readonly map: number;
}

/** One AAC frame at 48 kHz. */
const frameMs = 1024 / 48;

export class Encoder {
  readonly plan: EncoderPlan;
  readonly #made: Encoded[] = [];

  constructor(plan: EncoderPlan) {
    this.plan = plan;
  }

  /** Null if it stops before that segment is whole. */
  segment(index: number): Encoded | null {
    while (this.#made.length <= index) {
      const next = this.#encode();
      if (next === null) return null;
      this.#made.push(next);
    }
    return this.#made[index] ?? null;
  }

  /** The last segment that is whole at that place in the programme; -1 if none is. */
  lastIndexAt(programmeMs: number): number {
    const { startMs, pattern } = this.plan;
    const shortest = Math.min(...pattern);
    let index = Math.min(
      this.#made.length - 1,
      Math.max(0, Math.floor((programmeMs - startMs) / Math.max(...pattern)) - 2),
    );
    if (index < 0) index = 0;
    let last = -1;
    const limit = Math.ceil(Math.max(0, programmeMs - startMs) / shortest) + 2;
    for (; index <= limit; index += 1) {
      const segment = this.segment(index);
      if (segment === null || segment.endMs > programmeMs) break;
      last = index;
    }
    if (last === -1 && index > 0) return this.#searchDown(programmeMs, index - 1);
    return last;
  }

  #searchDown(programmeMs: number, from: number): number {
    for (let index = from; index >= 0; index -= 1) {
      const segment = this.segment(index);
      if (segment !== null && segment.endMs <= programmeMs) return index;
    }
    return -1;
  }

  /** Where a segment of a rendition really ends: a sound may end a little beside its picture. */
  edgeMs(rendition: Rendition, videoMs: number): number {
    if (rendition.type !== "audio" || !this.plan.audioFrames) return videoMs;
    const { startMs } = this.plan;
    return startMs + Math.round((videoMs - startMs) / frameMs) * frameMs;
  }

  /** What the encoder's clock says at a place in the programme. */
  dateMs(programmeMs: number): number {
    const { skewMs, driftPpm, startMs } = this.plan;
    return programmeMs + skewMs + ((programmeMs - startMs) * driftPpm) / 1_000_000;
  }

  /** Place of the last segment that every dated playlist dates: the first, or behind a break. */
  anchorMs(segment: Encoded): number {
    let index = segment.index;
    while (index > 0 && this.segment(index)?.discontinuity !== true) index -= 1;
    return this.segment(index)?.startMs ?? segment.startMs;
  }

  /** Which bytes of its file a segment is. */
  range(index: number): { readonly lengthBytes: number; readonly offsetBytes: number } {
    const { fileSegments } = this.plan;
    let offsetBytes = 0;
    for (let each = index - (index % fileSegments); each < index; each += 1) {
      offsetBytes += toBytes(each);
    }
    return { lengthBytes: toBytes(index), offsetBytes };
  }

  #encode(): Encoded | null {
    const { startMs: firstMs, endMs: stopMs, pattern, breaks, keySegments, maps } = this.plan;
    const index = this.#made.length;
    const previous = this.#made[index - 1];
    const startMs = previous?.endMs ?? firstMs;
    const endMs = startMs + (pattern[index % pattern.length] as number);
    if (endMs > stopMs) return null;
    const inBreak = breaks.findIndex((each) => startMs >= each.startMs && startMs < each.endMs);
    const discontinuity = previous !== undefined && previous.inBreak !== inBreak;
    return {
      index,
      startMs,
      endMs,
      discontinuity,
      discontinuities: (previous?.discontinuities ?? 0) + (discontinuity ? 1 : 0),
      inBreak,
      opens: inBreak !== -1 && previous?.inBreak !== inBreak ? inBreak : -1,
      key: Math.floor(index / keySegments),
      map: maps === "per-break" ? inBreak + 1 : 0,
    };
  }
}

function toBytes(index: number): number {
  return 10_000 + (index % 7) * 100;
}
