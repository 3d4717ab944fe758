// An origin as the world sees it: one URL, one or two nodes behind it, and days on which it is not
// well. It answers what a fetch would get at a moment; it does not know who asks.

import type { Rendition } from "./encoder.ts";
import type { Packager } from "./packager.ts";

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface OriginPlan {
  readonly id: string;
  /** The first one answers; with a second one behind the URL, chance says who. */
  readonly nodes: readonly Packager[];
  /** Poll numbers (modulo its length) at which the second node answers. */
  readonly flips: readonly boolean[];
  readonly renditions: readonly Rendition[];
  /** It answers, and what it says stays the same. */
  readonly frozen: readonly Span[];
  readonly dead: readonly Span[];
}

/** The first polls meet one node: a beginning without a past can prove nothing. */
const quietPolls = 6;

export interface OriginAnswer {
  readonly packager: Packager;
  /** The moment whose playlists are told; in the past while it is frozen. */
  readonly tellsMs: number;
}

export class Origin {
  readonly plan: OriginPlan;
  #polls = 0;

  constructor(plan: OriginPlan) {
    this.plan = plan;
  }

  /** True if two nodes have different bytes: nobody can say which one will be met. */
  get isTwofold(): boolean {
    const [first, second] = this.plan.nodes;
    return second !== undefined && second.plan.runs[0] !== first?.plan.runs[0];
  }

  /** Who answers this round of polls; null if nobody does. */
  answer(nowMs: number): OriginAnswer | null {
    if (this.plan.dead.some((span) => isWithin(span, nowMs))) return null;
    const { flips, nodes } = this.plan;
    this.#polls += 1;
    const isSecond =
      this.#polls > quietPolls && flips.length > 0 && flips[this.#polls % flips.length] === true;
    const packager = (isSecond ? nodes[1] : nodes[0]) ?? (nodes[0] as Packager);
    const ice = this.plan.frozen.find((span) => isWithin(span, nowMs));
    return { packager, tellsMs: ice?.fromMs ?? nowMs };
  }

  /** Its multivariant playlist: the renditions that it has, where it has them. */
  multivariant(): string {
    const { renditions, nodes } = this.plan;
    const packager = nodes[0] as Packager;
    const audio = renditions.filter(({ type }) => type === "audio");
    const subtitles = renditions.filter(({ type }) => type === "subtitles");
    const lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"];
    for (const rendition of audio) {
      const list = `TYPE=AUDIO,GROUP-ID="sound",NAME="${rendition.name}",DEFAULT=YES`;
      lines.push(`#EXT-X-MEDIA:${list},URI="${packager.path(rendition)}"`);
    }
    for (const rendition of subtitles) {
      const list = `TYPE=SUBTITLES,GROUP-ID="words",NAME="${rendition.name}"`;
      lines.push(`#EXT-X-MEDIA:${list},URI="${packager.path(rendition)}"`);
    }
    const groups =
      (audio.length > 0 ? ',AUDIO="sound"' : "") +
      (subtitles.length > 0 ? ',SUBTITLES="words"' : "");
    for (const rendition of renditions) {
      if (rendition.type !== "video") continue;
      const height = rendition.name === "v0" ? 720 : 360;
      const size = `RESOLUTION=${(height * 16) / 9}x${height}`;
      const rate = `BANDWIDTH=${height * 4000},CODECS="avc1.640028,mp4a.40.2"`;
      lines.push(`#EXT-X-STREAM-INF:${rate},${size}${groups}`, packager.path(rendition));
    }
    return `${lines.join("\n")}\n`;
  }
}

function isWithin({ fromMs, toMs }: Span, nowMs: number): boolean {
  return nowMs >= fromMs && nowMs < toMs;
}
