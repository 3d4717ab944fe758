// Reads the variants and renditions of a multivariant playlist on demand (RFC 8216bis section
// 4.4.6). For filters, for the catalog and for preloading. Values are interpreted here, but the raw
// ones stay beside them.

import type { Attributes } from "./attribute-list.ts";
import {
  parseAttributes,
  parseDecimalAttribute,
  parseIntegerAttribute,
  parseStringAttribute,
} from "./attribute-list.ts";
import { defaultPlaylistLimits } from "./limits.ts";
import { eachLine, parseTagValue, trimLine } from "./lines.ts";
import type { Rendition, Variant } from "./playlist.ts";

export function toVariants(text: string): readonly Variant[] {
  const variants: Variant[] = [];
  let pending: Attributes | null = null;
  for (const { line, start, end } of eachLine(text)) {
    const content = text.slice(start, end);
    const value = parseTagValue(content, "EXT-X-STREAM-INF");
    const uri = trimLine(content);
    if (content.startsWith("#") && value !== null) {
      pending = toAttributes(value);
    } else if (pending !== null && uri !== "" && !uri.startsWith("#")) {
      variants.push(toVariant(uri, pending, line));
      pending = null;
    }
  }
  return variants;
}

export function toIframeVariants(text: string): readonly Variant[] {
  return toTagVariants(text, "EXT-X-I-FRAME-STREAM-INF");
}

export function toImageVariants(text: string): readonly Variant[] {
  return toTagVariants(text, "EXT-X-IMAGE-STREAM-INF");
}

export function toRenditions(text: string): readonly Rendition[] {
  return readTags(text, "EXT-X-MEDIA").map(({ attributes, line }) => ({
    type: parseStringAttribute(attributes, "TYPE") ?? "",
    groupId: parseStringAttribute(attributes, "GROUP-ID") ?? "",
    name: parseStringAttribute(attributes, "NAME") ?? "",
    language: parseStringAttribute(attributes, "LANGUAGE"),
    uri: parseStringAttribute(attributes, "URI"),
    isDefault: attributes.get("DEFAULT") === "YES",
    attributes,
    line,
  }));
}

function toTagVariants(text: string, name: string): readonly Variant[] {
  return readTags(text, name).map(({ attributes, line }) => {
    return toVariant(parseStringAttribute(attributes, "URI") ?? "", attributes, line);
  });
}

function readTags(text: string, name: string): { attributes: Attributes; line: number }[] {
  const found: { attributes: Attributes; line: number }[] = [];
  for (const { line, start, end } of eachLine(text)) {
    if (!text.startsWith("#", start)) continue;
    const value = parseTagValue(text.slice(start, end), name);
    if (value !== null) found.push({ attributes: toAttributes(value), line });
  }
  return found;
}

/**
 * A list that the rewriter would refuse reads as empty here: reading on demand has no way to fail.
 */
function toAttributes(value: string): Attributes {
  const found = parseAttributes(value, 0, value.length, defaultPlaylistLimits.attributesMax);
  return typeof found === "string" ? new Map() : found;
}

function toVariant(uri: string, attributes: Attributes, line: number): Variant {
  const resolution = /^(\d{1,9})x(\d{1,9})$/.exec(attributes.get("RESOLUTION") ?? "");
  const frameRate = parseDecimalAttribute(attributes, "FRAME-RATE");
  return {
    uri,
    attributes,
    bandwidth: parseIntegerAttribute(attributes, "BANDWIDTH"),
    averageBandwidth: parseIntegerAttribute(attributes, "AVERAGE-BANDWIDTH"),
    codecs: parseStringAttribute(attributes, "CODECS"),
    resolution:
      resolution === null ? null : { width: Number(resolution[1]), height: Number(resolution[2]) },
    frameRate: frameRate === null || frameRate < 0 ? null : frameRate,
    videoRange: parseStringAttribute(attributes, "VIDEO-RANGE"),
    pathwayId: parseStringAttribute(attributes, "PATHWAY-ID") ?? ".",
    line,
  };
}
