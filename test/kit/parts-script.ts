// A low-latency channel on a scripted origin: a segment is published part by part, when the test
// says so or by a clock. Blocking requests of playlists and of hinted parts are held until their
// time, as the standard asks of an origin. What was asked how often is known.
//
// Gaps against a real packager: the media is text; a growing file is sent as far as it is there and
// never held; all parts and segments have the same duration; nothing fails by itself.

import type { ScriptedAnswer, ScriptedOrigin } from "./scripted-origin.ts";

export interface PartsScriptOptions {
  readonly origin: ScriptedOrigin;
  readonly path: string;
  /** Parts of a segment. */
  readonly segmentParts?: number;
  readonly partSeconds?: number;
  /** Whole segments in the window. */
  readonly window?: number;
  /** Number of the first whole segment. */
  readonly firstMsn?: number;
  /** When segment 0 would have started: the same at origins that are to agree. */
  readonly startedAtMs?: number;
  /** Put in front of the names of media. */
  readonly name?: string;
  /** Whether it says CAN-BLOCK-RELOAD and holds requests. */
  readonly blocking?: boolean;
  /** Lines behind everything else: rendition reports. */
  readonly reports?: () => readonly string[];
  /** Parts are ranges of the segment's file, ten bytes each. */
  readonly ranges?: boolean;
  /** Only whole segments are listed. */
  readonly plain?: boolean;
}

export interface PartsScript {
  /** The last whole segment, and the last part of the open one; -1 when it has none yet. */
  readonly lastMsn: number;
  readonly lastPart: number;
  /** Publishes so many parts. */
  advance(parts?: number): void;
  /** Publishes a part at every tick of a clock from now on. */
  run(): void;
  /** Milliseconds since the epoch at which a part came out; null: it has not. */
  publishedAtMs(msn: number, part: number): number | null;
  partName(msn: number, part: number): string;
  /** Playlist requests so far by their directives, e.g. "msn=7,part=2" or "plain". */
  readonly asked: ReadonlyMap<string, number>;
  /** Media requests so far by name. */
  readonly fetched: ReadonlyMap<string, number>;
  /** Answers everything with this from now on; null: its own again. */
  fail(answer: ScriptedAnswer | null): void;
  end(): void;
  stop(): void;
}

const LISTED_WITH_PARTS = 3;

/** Starts with a full window and nothing of the next segment. */
export function startPartsScript(options: PartsScriptOptions): PartsScript {
  return new PartsChannel(options);
}

class PartsChannel implements PartsScript {
  readonly asked = new Map<string, number>();
  readonly fetched = new Map<string, number>();
  readonly #options: PartsScriptOptions;
  readonly #segmentParts: number;
  readonly #partSeconds: number;
  readonly #name: string;
  readonly #startedAtMs: number;
  readonly #times = new Map<number, number>();
  #waiting: (() => void)[] = [];
  #published: number;
  #failure: ScriptedAnswer | null = null;
  #hasEnded = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(options: PartsScriptOptions) {
    const { segmentParts = 4, partSeconds = 0.5, window = 6, firstMsn = 100, name = "m" } = options;
    this.#options = options;
    this.#segmentParts = segmentParts;
    this.#partSeconds = partSeconds;
    this.#name = name;
    this.#published = (firstMsn + window) * segmentParts;
    const startedAtMs = Date.now() - this.#published * partSeconds * 1_000;
    this.#startedAtMs = options.startedAtMs ?? startedAtMs;
    const { origin, path } = options;
    origin.on(path, (request) => this.#answerPlaylist(request.url ?? ""));
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    origin.onPrefix(folder, (request) =>
      this.#answerMedia((request.url ?? "").slice(folder.length)),
    );
  }

  get lastMsn(): number {
    return Math.floor(this.#published / this.#segmentParts) - 1;
  }

  get lastPart(): number {
    return (this.#published % this.#segmentParts) - 1;
  }

  advance(parts = 1): void {
    for (let count = 0; count < parts; count++) this.#times.set(this.#published++, Date.now());
    this.#release();
  }

  run(): void {
    this.#timer ??= setInterval(() => this.advance(), this.#partSeconds * 1_000);
  }

  publishedAtMs(msn: number, part: number): number | null {
    return this.#times.get(msn * this.#segmentParts + part) ?? null;
  }

  partName(msn: number, part: number): string {
    return `${this.#name}${msn}.${part}.mp4`;
  }

  fail(answer: ScriptedAnswer | null): void {
    this.#failure = answer;
    this.#release();
  }

  end(): void {
    this.#hasEnded = true;
    this.#release();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.end();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #waitFor(count: number): Promise<void> {
    while (this.#published < count && !this.#hasEnded && this.#failure === null) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #answerPlaylist(url: string): Promise<ScriptedAnswer> {
    const [, msn] = /_HLS_msn=(\d+)/.exec(url) ?? [];
    const [, part] = /_HLS_part=(\d+)/.exec(url) ?? [];
    note(this.asked, msn === undefined ? "plain" : `msn=${msn}${part ? `,part=${part}` : ""}`);
    if (this.#options.blocking !== false && msn !== undefined) {
      const first = Number(msn) * this.#segmentParts;
      await this.#waitFor(first + (part === undefined ? this.#segmentParts : Number(part) + 1));
    }
    if (this.#failure !== null) return this.#failure;
    return { headers: { "content-type": "application/vnd.apple.mpegurl" }, body: this.#print() };
  }

  async #answerMedia(file: string): Promise<ScriptedAnswer> {
    note(this.fetched, file);
    const [, msn, part] = /(\d+)(?:\.(\d+))?\.mp4$/.exec(file) ?? [];
    if (msn === undefined) return { status: 404 };
    if (this.#options.ranges === true) return this.#answerGrowing(Number(msn));
    const first = Number(msn) * this.#segmentParts;
    await this.#waitFor(first + (part === undefined ? this.#segmentParts : Number(part) + 1));
    if (this.#failure !== null) return this.#failure;
    return { headers: { "content-type": "video/mp4" }, body: `[${file}]` };
  }

  #answerGrowing(msn: number): ScriptedAnswer {
    const count = Math.min(this.#segmentParts, this.#published - msn * this.#segmentParts);
    const pieces = Array.from({ length: Math.max(0, count) }, (_, part) => toPiece(msn, part));
    return { headers: { "content-type": "video/mp4" }, body: pieces.join("") };
  }

  #toPartPlace(msn: number, part: number): string {
    if (this.#options.ranges !== true) return `URI="${this.partName(msn, part)}"`;
    return `URI="${this.#name}${msn}.mp4",BYTERANGE="${PIECE}@${part * PIECE}"`;
  }

  #toHintPlace(msn: number, part: number): string {
    if (this.#options.ranges !== true) return `URI="${this.partName(msn, part)}"`;
    return `URI="${this.#name}${msn}.mp4",BYTERANGE-START=${part * PIECE}`;
  }

  #print(): string {
    const { blocking = true, plain = false, window = 6, reports } = this.#options;
    const partSeconds = this.#partSeconds;
    const segmentSeconds = this.#segmentParts * partSeconds;
    const first = this.lastMsn - window + 1;
    const promise = blocking ? "CAN-BLOCK-RELOAD=YES," : "";
    const control = `#EXT-X-SERVER-CONTROL:${promise}PART-HOLD-BACK=${partSeconds * 3}`;
    const lines = ["#EXTM3U", "#EXT-X-VERSION:6"];
    lines.push(`#EXT-X-TARGETDURATION:${Math.ceil(segmentSeconds)}`);
    if (plain && blocking) lines.push("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES");
    if (!plain) lines.push(control, `#EXT-X-PART-INF:PART-TARGET=${partSeconds}`);
    lines.push(`#EXT-X-MEDIA-SEQUENCE:${first}`);
    for (let msn = first; msn <= this.lastMsn; msn++) {
      lines.push(...this.#printParts(msn, plain || msn <= this.lastMsn - LISTED_WITH_PARTS));
      lines.push(`#EXTINF:${segmentSeconds.toFixed(3)},`, `${this.#name}${msn}.mp4`);
    }
    if (this.#hasEnded) return `${[...lines, "#EXT-X-ENDLIST"].join("\n")}\n`;
    if (!plain) {
      const hint = this.#toHintPlace(this.lastMsn + 1, this.lastPart + 1);
      lines.push(...this.#printParts(this.lastMsn + 1, false));
      lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,${hint}`);
    }
    return `${[...lines, ...(reports?.() ?? [])].join("\n")}\n`;
  }

  /** The date of a segment, and its parts as far as they are published. */
  #printParts(msn: number, hidden: boolean): string[] {
    const first = msn * this.#segmentParts;
    const dateMs = this.#startedAtMs + first * this.#partSeconds * 1_000;
    const lines = [`#EXT-X-PROGRAM-DATE-TIME:${new Date(dateMs).toISOString()}`];
    const count = Math.min(this.#segmentParts, this.#published - first);
    for (let part = 0; part < (hidden ? 0 : count); part++) {
      const independent = part === 0 ? ",INDEPENDENT=YES" : "";
      const place = this.#toPartPlace(msn, part);
      lines.push(`#EXT-X-PART:DURATION=${this.#partSeconds},${place}${independent}`);
    }
    return lines;
  }
}

function note(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const PIECE = 10;

/** The bytes of a part within its segment's file. */
export function toPiece(msn: number, part: number): string {
  return `<${msn}.${part}>`.padEnd(PIECE, ".");
}
