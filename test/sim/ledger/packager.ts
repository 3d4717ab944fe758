// How one node packages the runs of its encoders: names, numbers, dates, window, and what of it a
// playlist says at a moment. Two nodes behind one URL are two packagers (origin.ts chooses). Texts
// of blocks are made once and kept, because a history reads the same window again and again.

import type { Encoded, Encoder, Rendition } from "./encoder.ts";

export interface Run {
  readonly encoder: Encoder;
  /** The packager turns to this run when the world's clock says so. */
  readonly fromMs: number;
  /** Media Sequence Number of its segment 0. */
  readonly msnBase: number;
  /** Part of every name; the same tag at two runs means reused names. */
  readonly nameTag: string;
}

export interface PackagerPlan {
  readonly runs: readonly Run[];
  readonly names: "number" | "time";
  /** Time from the end of a segment to its announcement. */
  readonly lagMs: number;
  readonly windowSegments: number;
  readonly dates: "every" | "first" | "sparse" | "none";
  readonly event: boolean;
  /** After this moment it says that the programme has ended. */
  readonly endsAtMs: number;
  readonly dateRanges: "none" | "equal" | "own";
  /** What makes its own DATERANGEs differ from others'. */
  readonly tag: string;
  readonly bitrate: boolean;
  /** Where its playlists stand: folder by rendition. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Wall-clock time of the programme's beginning. */
export const programmeStartMs = Date.UTC(2026, 10, 20, 10);

/** Parts of so many whole segments stay: with the open ones, three target durations at most. */
const partSegments = 2;

interface Block {
  /** Tags that stand before the parts; with all that a first segment needs to be understood. */
  readonly opening: string;
  readonly firstOpening: string;
  readonly body: string;
  readonly firstBody: string;
}

export class Packager {
  readonly plan: PackagerPlan;
  readonly #targetSeconds: number;
  readonly #blocks = new Map<string, Block>();
  /** The last text of each rendition; most polls find nothing new. */
  readonly #told = new Map<string, { readonly version: string; readonly text: string }>();

  constructor(plan: PackagerPlan) {
    this.plan = plan;
    const longest = plan.runs.map(({ encoder }) => Math.max(...encoder.plan.pattern));
    this.#targetSeconds = Math.max(1, Math.round(Math.max(...longest) / 1000));
  }

  runAt(nowMs: number): Run {
    return this.plan.runs.findLast(({ fromMs }) => fromMs <= nowMs) ?? (this.plan.runs[0] as Run);
  }

  /** Number of the newest whole segment; -1 if there is none yet. */
  lastIndexAt(nowMs: number): number {
    return this.runAt(nowMs).encoder.lastIndexAt(nowMs - this.plan.lagMs);
  }

  path(rendition: Rendition): string {
    return `${this.plan.folders.get(rendition.name) ?? rendition.name}/index.m3u8`;
  }

  /** What a playlist says at a moment; null before the first segment of the first run. */
  playlist(rendition: Rendition, nowMs: number, others: readonly Rendition[]): string | null {
    const { endsAtMs, lagMs } = this.plan;
    const run = this.runAt(nowMs);
    const last = this.lastIndexAt(Math.min(nowMs, endsAtMs));
    if (last < 0) return run === this.plan.runs[0] ? null : this.#printHead(run, 0);
    const { partMs, id } = run.encoder.plan;
    const isEnded = nowMs >= endsAtMs;
    const partCount = partMs === 0 || isEnded ? 0 : Math.floor((nowMs - lagMs) / partMs);
    const version = `${id} ${last} ${partCount} ${isEnded}`;
    const told = this.#told.get(rendition.name);
    if (told?.version === version) return told.text;
    const text = this.#print(run, rendition, nowMs, last, others);
    this.#told.set(rendition.name, { version, text });
    return text;
  }

  #print(
    run: Run,
    rendition: Rendition,
    nowMs: number,
    last: number,
    others: readonly Rendition[],
  ): string {
    const { windowSegments, event, endsAtMs } = this.plan;
    const first = event ? 0 : Math.max(0, last - windowSegments + 1);
    let text = this.#printHead(run, first);
    for (let index = first; index <= last; index += 1) {
      const block = this.#block(run, rendition, index);
      const { partMs } = run.encoder.plan;
      const hasParts = partMs > 0 && index > last - partSegments;
      const parts = hasParts ? this.#printParts(run, rendition, index, Infinity) : "";
      if (index === first) text += block.firstOpening + parts + block.firstBody;
      else text += block.opening + parts + block.body;
    }
    if (nowMs >= endsAtMs) return `${text}#EXT-X-ENDLIST\n`;
    if (run.encoder.plan.partMs === 0) return text;
    return text + this.#printEdge(run, rendition, last + 1, nowMs, others);
  }

  #printHead(run: Run, first: number): string {
    const { event } = this.plan;
    const { partMs } = run.encoder.plan;
    const opening = run.encoder.segment(first) as Encoded;
    const gone = opening.discontinuities - (opening.discontinuity ? 1 : 0);
    let text = `#EXTM3U\n#EXT-X-VERSION:${partMs > 0 ? 9 : 6}\n`;
    text += `#EXT-X-TARGETDURATION:${this.#targetSeconds}\n`;
    if (partMs > 0) {
      const hold = ((partMs * 3) / 1000).toFixed(3);
      text += `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${hold}\n`;
      text += `#EXT-X-PART-INF:PART-TARGET=${(partMs / 1000).toFixed(3)}\n`;
    }
    if (event) text += "#EXT-X-PLAYLIST-TYPE:EVENT\n";
    text += `#EXT-X-MEDIA-SEQUENCE:${run.msnBase + first}\n`;
    if (gone > 0) text += `#EXT-X-DISCONTINUITY-SEQUENCE:${gone}\n`;
    return text;
  }

  #name(run: Run, index: number): string {
    const { names } = this.plan;
    const segment = run.encoder.segment(index) as Encoded;
    const number = names === "time" ? segment.startMs + 1_000_000 : run.msnBase + index;
    return `${run.nameTag}${number}`;
  }

  #ending(run: Run, rendition: Rendition): string {
    if (rendition.type === "subtitles") return "vtt";
    return run.encoder.plan.maps === "none" ? "ts" : "m4s";
  }

  #block(run: Run, rendition: Rendition, index: number): Block {
    const key = `${run.encoder.plan.id}/${run.msnBase}/${rendition.name}/${index}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) return known;
    const made = this.#printBlock(run, rendition, index);
    this.#blocks.set(key, made);
    return made;
  }

  #printBlock(run: Run, rendition: Rendition, index: number): Block {
    const { encoder } = run;
    const { dates, bitrate } = this.plan;
    const segment = encoder.segment(index) as Encoded;
    const before = index > 0 ? encoder.segment(index - 1) : null;
    const isMedia = rendition.type !== "subtitles";
    const cut = segment.discontinuity ? "#EXT-X-DISCONTINUITY\n" : "";
    const map = isMedia && encoder.plan.maps !== "none" ? printMap(run, segment.map) : "";
    const key = isMedia ? printKey(run, segment) : "";
    const startMs = encoder.edgeMs(rendition, segment.startMs);
    const endMs = encoder.edgeMs(rendition, segment.endMs);
    const dateMs = Math.round(programmeStartMs + encoder.dateMs(startMs));
    const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(dateMs).toISOString()}\n`;
    // A date does not reach over a discontinuity, so all but the undated write one behind it.
    const isDue = dates === "every" || (dates === "sparse" && index % 4 === 0);
    const isDated = isDue || (dates !== "none" && segment.discontinuity);
    const rate = bitrate && isMedia && index % 8 === 0 ? "#EXT-X-BITRATE:1200\n" : "";
    const ranges = this.#printDateRange(segment);
    const { id } = encoder.plan;
    const seconds = ((endMs - startMs) / 1000).toFixed(6);
    const { range, uri } = this.#place(run, rendition, index);
    const length = range?.lengthBytes;
    const offset = range?.offsetBytes;
    const body = `${ranges}${rate}#EXTINF:${seconds},e${id}s${index}\n`;
    const isKeyNew = key !== "" && (before === null || before.key !== segment.key || cut !== "");
    const isMapNew = map !== "" && (before === null || before.map !== segment.map);
    const explicit = range === null ? "" : `#EXT-X-BYTERANGE:${length}@${offset}\n`;
    const implicit = range === null || offset === 0 ? explicit : `#EXT-X-BYTERANGE:${length}\n`;
    // Init sections are clear: no key may be in effect where they are named.
    const none = isMapNew && key !== "" && before !== null ? "#EXT-X-KEY:METHOD=NONE\n" : "";
    const state = isMapNew ? `${none}${map}${key}` : isKeyNew ? key : "";
    return {
      opening: `${cut}${state}${isDated ? date : ""}`,
      firstOpening: `${cut}${map}${key}${dates === "none" ? "" : date}`,
      body: `${body}${implicit}${uri}\n`,
      firstBody: `${body}${explicit}${uri}\n`,
    };
  }

  #place(
    run: Run,
    rendition: Rendition,
    index: number,
  ): { readonly range: ReturnType<Encoder["range"]> | null; readonly uri: string } {
    const { fileSegments } = run.encoder.plan;
    const ending = this.#ending(run, rendition);
    if (fileSegments === 0 || rendition.type === "subtitles") {
      return { range: null, uri: `${this.#name(run, index)}.${ending}` };
    }
    const file = index - (index % fileSegments);
    return { range: run.encoder.range(index), uri: `${this.#name(run, file)}.${ending}` };
  }

  #printDateRange(segment: Encoded): string {
    const { dateRanges, tag } = this.plan;
    if (dateRanges === "none" || segment.opens === -1) return "";
    const start = new Date(programmeStartMs + segment.startMs).toISOString();
    const own = dateRanges === "own" ? `,X-FROM="${tag}"` : "";
    return `#EXT-X-DATERANGE:ID="break-${segment.opens}",START-DATE="${start}"${own}\n`;
  }

  #printParts(run: Run, rendition: Rendition, index: number, untilMs: number): string {
    const { encoder } = run;
    const { partMs } = encoder.plan;
    const segment = encoder.segment(index);
    if (segment === null || rendition.type === "subtitles") return "";
    let text = "";
    for (let at = 0; segment.startMs + at * partMs < segment.endMs; at += 1) {
      const endMs = Math.min(segment.endMs, segment.startMs + (at + 1) * partMs);
      if (endMs > untilMs) break;
      const seconds = ((endMs - segment.startMs - at * partMs) / 1000).toFixed(3);
      const independent = at === 0 ? ",INDEPENDENT=YES" : "";
      const uri = `${this.#name(run, index)}.${at}.m4s`;
      text += `#EXT-X-PART:DURATION=${seconds},URI="${uri}"${independent}\n`;
    }
    return text;
  }

  /** Open parts, the hint, and reports about the others. */
  #printEdge(
    run: Run,
    rendition: Rendition,
    index: number,
    nowMs: number,
    others: readonly Rendition[],
  ): string {
    if (rendition.type === "subtitles") return "";
    const open = this.#printParts(run, rendition, index, nowMs - this.plan.lagMs);
    const count = open === "" ? 0 : open.split("\n").length - 1;
    const segment = run.encoder.segment(index);
    const hint =
      segment === null
        ? ""
        : `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${this.#name(run, index)}.${count}.m4s"\n`;
    const last = count === 0 ? "" : `,LAST-PART=${count - 1}`;
    const msn = run.msnBase + (count === 0 ? index - 1 : index);
    const reports = others
      .filter(({ name, type }) => name !== rendition.name && type !== "subtitles")
      .map(
        (other) => `#EXT-X-RENDITION-REPORT:URI="../${this.path(other)}",LAST-MSN=${msn}${last}\n`,
      );
    const opening =
      segment === null || count === 0 ? "" : this.#block(run, rendition, index).opening;
    return opening + open + hint + reports.join("");
  }
}

function printMap(run: Run, map: number): string {
  return `#EXT-X-MAP:URI="${run.nameTag}init-${map}.mp4"\n`;
}

function printKey(run: Run, { key }: Encoded): string {
  const { encryption } = run.encoder.plan;
  if (encryption === "none") return "";
  const iv = encryption === "iv" ? `,IV=0x${(key + 1).toString(16).padStart(32, "0")}` : "";
  return `#EXT-X-KEY:METHOD=AES-128,URI="${run.nameTag}key-${key}.bin"${iv}\n`;
}
