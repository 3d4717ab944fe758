// Compares bytes for the ledger as the platform would: it knows which segment stands behind a URI
// that an origin announced lately, and two URIs are equal if one encoder's run made both.

import type { ProofSide } from "../../../workers/core/continuity/effect.ts";
import type { ByteRange } from "../../../workers/core/hls/playlist.ts";

/** Versions of a playlist that are remembered to find a URI again. */
const versionsMax = 12;

export class ByteOracle {
  readonly #texts = new Map<string, string[]>();

  /** What an origin said under a path. */
  note(origin: string, path: string, text: string): void {
    const url = `https://${origin}.example/live/${path}`;
    const texts = this.#texts.get(url);
    if (texts === undefined) this.#texts.set(url, [text]);
    else {
      texts.push(text);
      if (texts.length > versionsMax) texts.shift();
    }
  }

  /**
   * Title of the segment behind a path at an origin, as it would be fetched now; null if unknown.
   * Several segments of one file are known by their run alone.
   */
  identify(origin: string, path: string): string | null {
    const slash = path.lastIndexOf("/");
    const url = `https://${origin}.example/live/${path.slice(0, slash + 1)}index.m3u8`;
    const name = path.slice(slash + 1);
    for (const text of (this.#texts.get(url) ?? []).toReversed()) {
      const title = findSegment(text, name, null);
      if (title !== null) return text.includes("BYTERANGE") ? toRunOf(title) : title;
    }
    return null;
  }

  compare(
    what: "segment" | "init",
    sides: readonly [ProofSide, ProofSide],
  ): "equal" | "different" | "unavailable" {
    const [one, other] = sides.map((side) => this.#identify(what, side));
    if (one == null || other == null) return "unavailable";
    return one === other ? "equal" : "different";
  }

  #identify(what: "segment" | "init", side: ProofSide): string | null {
    const folder = new URL(".", side.playlistUrl).pathname;
    const uri = new URL(side.uri, side.playlistUrl);
    if (uri.hostname !== new URL(side.playlistUrl).hostname) return null;
    const name = uri.pathname.startsWith(folder) ? uri.pathname.slice(folder.length) : null;
    if (name === null) return null;
    const texts = this.#texts.get(side.playlistUrl) ?? [];
    for (const text of texts.toReversed()) {
      const { byteRange } = side;
      const found = what === "segment" ? findSegment(text, name, byteRange) : findInit(text, name);
      if (found !== null) return found;
    }
    return null;
  }
}

/** The run of an encoder that a title names. */
export function toRunOf(title: string): string {
  return title.replace(/s\d+$/, "");
}

/** Title of the segment with this name and range. */
function findSegment(text: string, name: string, byteRange: ByteRange | null): string | null {
  for (let at = text.indexOf(`\n${name}\n`); at !== -1; at = text.indexOf(`\n${name}\n`, at + 1)) {
    const block = text.slice(text.lastIndexOf("#EXTINF:", at), at);
    const title = block.slice(block.indexOf(",") + 1).split("\n")[0] ?? "";
    const range = /#EXT-X-BYTERANGE:(\d+)/.exec(block)?.[1];
    // Within a file all lengths differ, so the length alone says which segment it is.
    if (byteRange === null || range === String(byteRange.lengthBytes)) return title;
  }
  return null;
}

/** The run that an init section belongs to, and its name there. */
function findInit(text: string, name: string): string | null {
  const at = text.indexOf(`#EXT-X-MAP:URI="${name}"`);
  const title = at === -1 ? null : /#EXTINF:[^,]*,(e\d+)s/.exec(text.slice(at));
  const map = /init-(\d+)/.exec(name);
  return title === null || map === null ? null : `${title[1]} ${map[1]}`;
}
