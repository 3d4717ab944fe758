// The protocol version that a playlist's tags ask for (spec.md section 1, rule F6; bis-22 section
// 8). The validator reports a lower EXT-X-VERSION; the edits raise it.

import type { Attributes } from "./attribute-list.ts";
import { parseStringAttribute } from "./attribute-list.ts";
import type { Playlist } from "./playlist.ts";
import type { TagLine } from "./validate-rules.ts";

/** Minimum version by feature. */
export const versionByFeature = {
  "key-iv": 2,
  "decimal-duration": 3,
  "byte-range": 4,
  "iframes-only": 4,
  "sample-aes": 5,
  "key-format": 5,
  "map-in-iframes": 5,
  map: 6,
  "service-instream-id": 7,
  variables: 8,
  skip: 9,
  "skip-date-ranges": 10,
  "query-parameter": 11,
  "required-attribute": 12,
  "instream-id-beyond-captions": 13,
} as const;
export type VersionFeature = keyof typeof versionByFeature;

/** What in these tags asks for a version, without repetition. */
export function toVersionFeatures(
  playlist: Playlist,
  tags: readonly TagLine[],
): ReadonlySet<VersionFeature> {
  const found = new Set<VersionFeature>();
  const iframesOnly = playlist.kind === "media" && playlist.iframesOnly;
  if (iframesOnly) found.add("iframes-only");
  for (const tag of tags) {
    switch (tag.name) {
      case "EXTINF":
        if (/^[^,]*\./.test(tag.value)) found.add("decimal-duration");
        break;
      case "EXT-X-BYTERANGE":
        found.add("byte-range");
        break;
      case "EXT-X-MAP":
        found.add(iframesOnly ? "map-in-iframes" : "map");
        break;
      default:
        noteAttributes(tag, found);
    }
  }
  return found;
}

function noteAttributes({ name, attributes }: TagLine, found: Set<VersionFeature>): void {
  if (attributes.size === 0) return;
  if (name === "EXT-X-DEFINE") {
    found.add(attributes.has("QUERYPARAM") ? "query-parameter" : "variables");
  } else if (name === "EXT-X-SKIP") {
    found.add(attributes.has("RECENTLY-REMOVED-DATERANGES") ? "skip-date-ranges" : "skip");
  } else if (name === "EXT-X-KEY" || name === "EXT-X-SESSION-KEY") {
    if (attributes.has("IV")) found.add("key-iv");
    if (attributes.has("KEYFORMAT") || attributes.has("KEYFORMATVERSIONS")) found.add("key-format");
    if (attributes.get("METHOD")?.startsWith("SAMPLE-AES") === true) found.add("sample-aes");
  } else if (name === "EXT-X-MEDIA") {
    noteInstreamId(attributes, found);
  }
  for (const attribute of attributes.keys()) {
    if (attribute.startsWith("REQ-")) found.add("required-attribute");
  }
}

function noteInstreamId(attributes: Attributes, found: Set<VersionFeature>): void {
  const channel = parseStringAttribute(attributes, "INSTREAM-ID");
  if (channel === null) return;
  if (attributes.get("TYPE") !== "CLOSED-CAPTIONS") found.add("instream-id-beyond-captions");
  else if (channel.startsWith("SERVICE")) found.add("service-instream-id");
}

export function toNeededVersion(playlist: Playlist, tags: readonly TagLine[]): number {
  let needed = 1;
  for (const feature of toVersionFeatures(playlist, tags)) {
    needed = Math.max(needed, versionByFeature[feature]);
  }
  return needed;
}
