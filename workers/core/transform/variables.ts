// Variables of a playlist (EXT-X-DEFINE, RFC 8216bis section 4.3 and 4.4.2.3): collected in
// document order and put into URIs before these are resolved, because a URI parser would escape the
// braces and break the reference. A reference without a value in the query is left for the player;
// anywhere else it refuses the playlist, for nobody could say where the URI leads. EXT-X-DEFINE
// tags themselves are never changed.

import { parseAttributes, parseStringAttribute } from "../hls/attribute-list.ts";
import { defaultPlaylistLimits } from "../hls/limits.ts";

export interface VariableSources {
  /** Raw query of the playlist's URL, without "?". */
  readonly query: string;
  /** Variables of the multivariant playlist, for IMPORT. */
  readonly definitions?: ReadonlyMap<string, string>;
}

/**
 * Adds what one EXT-X-DEFINE line says. A first definition stays: names are unique by the standard.
 */
export function applyDefine(
  variables: Map<string, string>,
  line: string,
  sources: VariableSources,
): void {
  const colon = line.indexOf(":");
  const { attributesMax } = defaultPlaylistLimits;
  const attributes = parseAttributes(line, colon + 1, line.length, attributesMax);
  if (typeof attributes === "string") return;
  const name = parseStringAttribute(attributes, "NAME");
  const imported = parseStringAttribute(attributes, "IMPORT");
  const parameter = parseStringAttribute(attributes, "QUERYPARAM");
  if (name !== null) define(variables, name, parseStringAttribute(attributes, "VALUE") ?? "");
  else if (imported !== null) define(variables, imported, sources.definitions?.get(imported));
  else if (parameter !== null) {
    define(variables, parameter, parseQueryParameter(sources.query, parameter));
  }
}

function define(variables: Map<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined && !variables.has(name)) variables.set(name, value);
}

function parseQueryParameter(query: string, name: string): string | undefined {
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    if (decode(rawName) === name) return decode(equals === -1 ? "" : pair.slice(equals + 1));
  }
  return undefined;
}

function decode(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

const reference = /\{\$([A-Za-z0-9_-]+)\}/g;

/** The URI with its references replaced; null if one without a value stands before the query. */
export function applyVariables(
  uri: string,
  variables: ReadonlyMap<string, string> | null,
): string | null {
  if (!uri.includes("{$")) return uri;
  const text = uri.replace(reference, (whole, name: string) => variables?.get(name) ?? whole);
  const open = text.search(reference);
  if (open === -1) return text;
  const query = text.indexOf("?");
  return query !== -1 && query < open ? text : null;
}
