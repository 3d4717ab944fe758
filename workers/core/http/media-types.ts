// Knows files by their names: the Content-Type the edge sends for a path and the kind of asset it
// is (spec section 1, F1 and F13). For resolve, ttl and respond. The extension wins over the
// origin, since object stores call everything binary/octet-stream; an origin's type is kept only
// where it is another right name for the same thing. A type that a browser would run (HTML, SVG,
// script) never leaves a delivery host. It does NOT look into bodies and does NOT know what a
// playlist announced a file to be.

/** What a path names, as far as its extension tells. */
export const ASSET_KINDS = ["playlist", "segment", "init-or-segment", "key", "side"] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

interface MediaType {
  readonly kind: AssetKind;
  /** Right types for the extension; the first is sent unless the origin names another of them. */
  readonly types: readonly [string, ...string[]];
}

const PLAYLIST_TYPES = [
  "application/vnd.apple.mpegurl",
  "audio/mpegurl",
  "application/x-mpegurl",
  "audio/x-mpegurl",
] as const;
const OCTETS = "application/octet-stream";

const PLAYLIST: MediaType = { kind: "playlist", types: ["application/vnd.apple.mpegurl"] };
const MPEG_TS: MediaType = { kind: "segment", types: ["video/mp2t"] };
const FRAGMENT: MediaType = {
  kind: "segment",
  types: ["video/iso.segment", "video/mp4", "audio/mp4", "application/mp4"],
};
const MP4: MediaType = {
  kind: "init-or-segment",
  types: ["video/mp4", "audio/mp4", "application/mp4", "video/iso.segment"],
};
const MP4_AUDIO: MediaType = { kind: "init-or-segment", types: ["audio/mp4", "video/mp4"] };
const JPEG: MediaType = { kind: "segment", types: ["image/jpeg"] };

const BY_EXTENSION: ReadonlyMap<string, MediaType> = new Map([
  ["m3u8", PLAYLIST],
  ["m3u", PLAYLIST],
  ["ts", MPEG_TS],
  ["m2ts", MPEG_TS],
  ["m4s", FRAGMENT],
  ["cmfv", { kind: "segment", types: ["video/mp4", "video/iso.segment"] }],
  ["cmfa", { kind: "segment", types: ["audio/mp4", "video/iso.segment"] }],
  ["cmft", { kind: "segment", types: ["application/mp4", "video/iso.segment"] }],
  ["mp4", MP4],
  ["m4v", MP4],
  ["mov", { kind: "init-or-segment", types: ["video/quicktime", "video/mp4"] }],
  ["m4a", MP4_AUDIO],
  ["aac", { kind: "segment", types: ["audio/aac"] }],
  ["mp3", { kind: "segment", types: ["audio/mpeg"] }],
  ["ac3", { kind: "segment", types: ["audio/ac3"] }],
  ["ec3", { kind: "segment", types: ["audio/eac3"] }],
  ["vtt", { kind: "segment", types: ["text/vtt"] }],
  ["webvtt", { kind: "segment", types: ["text/vtt"] }],
  ["jpg", JPEG],
  ["jpeg", JPEG],
  ["png", { kind: "segment", types: ["image/png"] }],
  ["webp", { kind: "segment", types: ["image/webp"] }],
  ["key", { kind: "key", types: [OCTETS] }],
  ["json", { kind: "side", types: ["application/json", "application/vnd.apple.steering-list"] }],
] satisfies [string, MediaType][]);

// type "/" subtype with parameters of harmless characters only; nothing that could end a header
// line.
const SAFE_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=[\w!#$&^.+:"/-]+)*$/;
const CONTENT_TYPE_CHARS_MAX = 128;
const ACTIVE_TYPES = /(?:[/+]xml|\/html|script|\/pdf|\/wasm)$/;

/** The kind of file a path names; `side` for what no extension tells. */
export function toAssetKind(path: string): AssetKind {
  return BY_EXTENSION.get(toExtension(path))?.kind ?? "side";
}

/** The Content-Type to send for a path, given what the origin called it (null: nothing). */
export function toContentType(path: string, originType: string | null): string {
  const known = BY_EXTENSION.get(toExtension(path));
  const essence = toEssence(originType);
  if (known !== undefined) return known.types.includes(essence) ? essence : known.types[0];
  if (originType === null || originType.length > CONTENT_TYPE_CHARS_MAX) return OCTETS;
  const trimmed = originType.trim();
  return SAFE_TYPE.test(trimmed) && !ACTIVE_TYPES.test(essence) ? trimmed : OCTETS;
}

/** Whether a Content-Type says "playlist" (F1), the two unregistered names in wide use included. */
export function isPlaylistType(contentType: string | null): boolean {
  const essence = toEssence(contentType);
  return PLAYLIST_TYPES.some((type) => type === essence);
}

/** The extension of a path's last component in lower case, without its dot; empty when none. */
export function toExtension(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

function toEssence(contentType: string | null): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
