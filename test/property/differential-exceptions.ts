// Where a peer reads a playlist otherwise than the standard says, or refuses one that it allows:
// one entry per difference, with the section of RFC 8216bis-22 that decides. An entry takes single
// fields of one reader out of the comparison, for the playlists that show the difference and for no
// others. An entry that no playlist of the corpus needs is an error (differential.test.ts).

import type { MediaView, MultivariantView } from "./differential-views.ts";

export const peerNames = ["hls.js", "m3u8-parser", "hls-parser"] as const;
export type PeerName = (typeof peerNames)[number];

export type ViewField = keyof MediaView | keyof MultivariantView;

export interface PeerException {
  readonly peer: PeerName;
  /** Fields that are not compared; "all": the reader cannot read such a playlist. */
  readonly fields: readonly ViewField[] | "all";
  readonly applies: (text: string) => boolean;
  readonly section: string;
  readonly why: string;
}

const hasVariables = (text: string) => text.includes("{$");
const isIframesOnly = (text: string) => text.includes("#EXT-X-I-FRAMES-ONLY");

/** True if a second key format joins behind a segment. */
function hasLateKeyFormat(text: string): boolean {
  const blocks = text.split(/^[^#\s].*$/m);
  const formats = blocks.map((block) => {
    const keys = block.match(/^#EXT-X-KEY:.*$/gm) ?? [];
    return new Set(keys.map((key) => /KEYFORMAT="([^"]*)"/.exec(key)?.[1] ?? "identity"));
  });
  return formats.some((set, index) => {
    const before = formats.slice(0, index).filter(({ size }) => size > 0);
    return before.some((earlier) => [...set].some((format) => !earlier.has(format)));
  });
}

export const exceptions: readonly PeerException[] = [
  {
    peer: "hls.js",
    fields: "all",
    applies: (text) => /^#EXTINF:\s+[\d.]+\s/m.test(text),
    section: "4.4.4.1",
    why: "Blanks around a duration make the comma a URI line of its own; we forgive them.",
  },
  {
    peer: "m3u8-parser",
    fields: "all",
    applies: (text) => /^#EXT(?:INF|-X-TARGETDURATION):\s/m.test(text),
    section: "4.4.4.1",
    why: "A blank before a number makes the tag unknown; we forgive it.",
  },
  {
    peer: "m3u8-parser",
    fields: ["durations"],
    applies: (text) => /^#EXTINF:0*(?:\.0*)?,/m.test(text),
    section: "4.4.4.1",
    why: "It turns a duration of 0 into 0.01.",
  },
  {
    peer: "m3u8-parser",
    fields: "all",
    applies: (text) => /^#EXT-X-KEY:.*IV=0x(?![0-9A-Fa-f]{32}(?:,|\s|$))/m.test(text),
    section: "4.2",
    why: "It throws on a hexadecimal IV of fewer than 32 digits, which stands for leading zeros.",
  },
  {
    peer: "m3u8-parser",
    fields: "all",
    applies: (text) => !/^#EXT(?:-X-STREAM-INF|INF|-X-TARGETDURATION)/m.test(text),
    section: "4.4.6",
    why: "It knows a multivariant playlist by its first variant only.",
  },
  {
    peer: "hls-parser",
    fields: "all",
    applies: (text) => !/^#EXT(?:-X-(?:STREAM-INF|MEDIA:)|INF|-X-TARGETDURATION)/m.test(text),
    section: "4.4.6",
    why: "A playlist without any tag of a kind is a media playlist to it.",
  },
  {
    peer: "hls.js",
    fields: "all",
    applies: (text) => !/^#EXT(?:-X-STREAM-INF|INF|-X-TARGETDURATION)/m.test(text),
    section: "4.4.6",
    why: "It refuses a multivariant playlist without variants: nothing to play.",
  },
  {
    peer: "hls.js",
    fields: "all",
    applies: (text) => /^#EXT-X-DEFINE:IMPORT=/m.test(text),
    section: "4.4.2.3",
    why: "Right to refuse an import without a multivariant playlist; we see one playlist at a time.",
  },
  {
    peer: "hls.js",
    fields: ["uris", "keys", "maps", "parts", "variants"],
    applies: hasVariables,
    section: "4.3",
    why: "It replaces variables while it reads; our reader leaves that to the rewriter.",
  },
  {
    peer: "m3u8-parser",
    fields: ["uris", "keys", "maps", "parts", "variants"],
    applies: hasVariables,
    section: "4.3",
    why: "It replaces variables while it reads; our reader leaves that to the rewriter.",
  },
  {
    peer: "hls.js",
    fields: ["maps"],
    applies: (text) => isIframesOnly(text) && !text.includes("#EXT-X-MAP"),
    section: "4.4.3.6",
    why: "Without EXT-X-MAP it makes up an init section from the head of the I-frame's resource.",
  },
  {
    peer: "hls.js",
    fields: ["keys"],
    applies: hasLateKeyFormat,
    section: "4.4.4.4",
    why: "A key of a further KEYFORMAT also reaches back to the segments before it.",
  },
  {
    peer: "hls-parser",
    fields: ["parts"],
    applies: (text) => /^#EXT-X-PART:.*BYTERANGE="\d+"/m.test(text),
    section: "4.4.4.9",
    why: "It does not continue the offset of a part without one.",
  },
  {
    peer: "hls-parser",
    fields: "all",
    applies: (text) => /[^\x00-\xff]/.test(text),
    section: "4.1",
    why: "Its hash of the URI throws on letters beyond the basic plane.",
  },
  ...(["hls.js", "m3u8-parser", "hls-parser"] as const).map(
    (peer): PeerException => ({
      peer,
      fields: ["variants"],
      applies: (text) => /[:,]BANDWIDTH=\d{17}/.test(text),
      section: "4.2",
      why: "It rounds an integer above 2^53; we say that we cannot hold it.",
    }),
  ),
];
