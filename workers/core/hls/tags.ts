// Every tag that Weir knows, by name: which kind of playlist it proves, whether it can carry a URI,
// and whether it states a fact. One table, so that the scanner, the rewriter and the tests cannot
// disagree about a tag. Sources: RFC 8216bis-22 sections 4.4.1 to 4.4.6 and spec.md section 4 for
// the vendors' tags. A tag that is not here is unknown: it is kept byte for byte, and only a
// generic `URI=` in it is looked at.

/**
 * 0: says nothing about the kind; 1: only in media playlists; 2: only in multivariant playlists.
 */
export type TagScope = 0 | 1 | 2;

export const scopeBoth: TagScope = 0;
export const scopeMedia: TagScope = 1;
export const scopeMultivariant: TagScope = 2;

/** Where a URI stands. Kept as small integers because one is stored for every URI of a playlist. */
export const slot = {
  none: 0,
  line: 1,
  part: 2,
  map: 3,
  key: 4,
  hint: 5,
  report: 6,
  dateRange: 7,
  prefetch: 8,
  media: 9,
  frameStream: 10,
  imageStream: 11,
  sessionData: 12,
  sessionKey: 13,
  steering: 14,
  define: 15,
  unknown: 16,
} as const;

export type SlotCode = (typeof slot)[keyof typeof slot];

/**
 * Added to the code of a URI line, a part, a map or a hint: the span is the URI itself, and it is a
 * plain reference (http/plain-reference.ts).
 */
export const plainSlot = 32;

/**
 * Added to a URI line or a part: the span is only a plain name, and what stands before it is the
 * folder of the last URI that was noted with `uriSlot`.
 */
export const siblingSlot = 64;

/** The same: the span is the URI itself, of whatever form. */
export const uriSlot = 96;

/** The three above; none of them: the span is the whole tag. */
export const formMask = 96;

/** The slot code without its form. */
export const slotMask = 31;

/**
 * One place of a URI is two numbers, its start and this: the code with what was added to it, and
 * the length of the span. Two numbers and not three, because a long playlist has 7,000 places.
 */
export function toPlace(noted: number, start: number, end: number): number {
  return (end - start) * placeBase + noted;
}

const placeBase = 128;

/** The code with what was added to it. */
export function toNotedCode(place: number): number {
  return place & (placeBase - 1);
}

export function toPlaceEnd(place: number, start: number): number {
  return start + Math.floor(place / placeBase);
}

/** Where the URI begins that was noted as a sibling. */
export function toSiblingStart(text: string, noted: number, nameStart: number): number {
  const opening = (noted & slotMask) === slot.line ? "\n" : '"';
  return text.lastIndexOf(opening, nameStart) + 1;
}

/** What the scanner has to note when it meets a tag. */
export type TagFact =
  | "none"
  | "version"
  | "target-duration"
  | "media-sequence"
  | "discontinuity-sequence"
  | "end-list"
  | "playlist-type"
  | "iframes-only"
  | "images-only"
  | "part-information"
  | "server-control"
  | "discontinuity"
  | "program-date-time"
  | "skip"
  | "part"
  | "variant";

export interface TagSpec {
  readonly name: string;
  readonly scope: TagScope;
  readonly slot: SlotCode;
  readonly fact: TagFact;
}

function tag(name: string, scope: TagScope, slotCode: SlotCode, fact: TagFact = "none"): TagSpec {
  return { name, scope, slot: slotCode, fact };
}

export const tagSpecs: readonly TagSpec[] = [
  tag("EXT-X-VERSION", scopeBoth, slot.none, "version"),
  tag("EXT-X-INDEPENDENT-SEGMENTS", scopeBoth, slot.none),
  tag("EXT-X-START", scopeBoth, slot.none),
  tag("EXT-X-DEFINE", scopeBoth, slot.define),

  tag("EXT-X-TARGETDURATION", scopeMedia, slot.none, "target-duration"),
  tag("EXT-X-MEDIA-SEQUENCE", scopeMedia, slot.none, "media-sequence"),
  tag("EXT-X-DISCONTINUITY-SEQUENCE", scopeMedia, slot.none, "discontinuity-sequence"),
  tag("EXT-X-ENDLIST", scopeMedia, slot.none, "end-list"),
  tag("EXT-X-PLAYLIST-TYPE", scopeMedia, slot.none, "playlist-type"),
  tag("EXT-X-I-FRAMES-ONLY", scopeMedia, slot.none, "iframes-only"),
  tag("EXT-X-PART-INF", scopeMedia, slot.none, "part-information"),
  tag("EXT-X-SERVER-CONTROL", scopeMedia, slot.none, "server-control"),

  tag("EXT-X-BYTERANGE", scopeMedia, slot.none),
  tag("EXT-X-DISCONTINUITY", scopeMedia, slot.none, "discontinuity"),
  tag("EXT-X-KEY", scopeMedia, slot.key),
  tag("EXT-X-MAP", scopeMedia, slot.map),
  tag("EXT-X-PROGRAM-DATE-TIME", scopeMedia, slot.none, "program-date-time"),
  tag("EXT-X-GAP", scopeMedia, slot.none),
  tag("EXT-X-BITRATE", scopeMedia, slot.none),
  tag("EXT-X-PART", scopeMedia, slot.part, "part"),

  tag("EXT-X-DATERANGE", scopeMedia, slot.dateRange),
  tag("EXT-X-SKIP", scopeMedia, slot.none, "skip"),
  tag("EXT-X-PRELOAD-HINT", scopeMedia, slot.hint),
  tag("EXT-X-RENDITION-REPORT", scopeMedia, slot.report),

  tag("EXT-X-MEDIA", scopeMultivariant, slot.media),
  tag("EXT-X-STREAM-INF", scopeMultivariant, slot.none, "variant"),
  tag("EXT-X-I-FRAME-STREAM-INF", scopeMultivariant, slot.frameStream),
  tag("EXT-X-SESSION-DATA", scopeMultivariant, slot.sessionData),
  tag("EXT-X-SESSION-KEY", scopeMultivariant, slot.sessionKey),
  tag("EXT-X-CONTENT-STEERING", scopeMultivariant, slot.steering),

  // Vendors' tags. Advertising cues say nothing about the kind: players ignore them wherever they
  // stand.
  tag("EXT-X-IMAGE-STREAM-INF", scopeMultivariant, slot.imageStream),
  tag("EXT-X-IMAGES-ONLY", scopeMedia, slot.none, "images-only"),
  tag("EXT-X-TILES", scopeMedia, slot.none),
  tag("EXT-X-PREFETCH", scopeMedia, slot.prefetch),
  tag("EXT-X-TWITCH-PREFETCH", scopeMedia, slot.prefetch),
  tag("EXT-X-ALLOW-CACHE", scopeBoth, slot.none),
  tag("EXT-X-CUE", scopeBoth, slot.none),
  tag("EXT-X-CUE-OUT", scopeBoth, slot.none),
  tag("EXT-X-CUE-OUT-CONT", scopeBoth, slot.none),
  tag("EXT-X-CUE-IN", scopeBoth, slot.none),
  tag("EXT-X-CUE-SPAN", scopeBoth, slot.none),
  tag("EXT-X-SPLICEPOINT-SCTE35", scopeBoth, slot.none),
  tag("EXT-X-SCTE35", scopeBoth, slot.none),
  tag("EXT-SCTE35", scopeBoth, slot.none),
  tag("EXT-OATCLS-SCTE35", scopeBoth, slot.none),
  tag("EXT-X-OATCLS-SCTE35", scopeBoth, slot.none),
  tag("EXT-X-ASSET", scopeBoth, slot.none),
  tag("EXT-X-FAXS-CM", scopeBoth, slot.none),
];
