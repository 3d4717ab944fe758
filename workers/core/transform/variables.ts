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

/**
 * Longest URI that variables may make: what a player can ask this edge for at all. Attack: a value
 * of kilobytes named a thousand times in one line turns 14 KB of playlist into 10 MB.
 */
export const EXPANDED_URI_CHARS_MAX = 8_192;
/** All expanded URIs of one playlist together; the same attack, spread over many lines. */
export const EXPANDED_CHARS_MAX = 4 * 1024 * 1024;

export interface VariableFault {
  readonly fault: "undefined-variable" | "bad-uri";
  readonly detail: string;
}

/** The URI with its references replaced; refused if one without a value stands before the query. */
export function applyVariables(
  uri: string,
  variables: ReadonlyMap<string, string> | null,
): string | VariableFault {
  if (!uri.includes("{$")) return uri;
  let text = "";
  let from = 0;
  for (const match of uri.matchAll(reference)) {
    text += uri.slice(from, match.index) + (variables?.get(match[1] ?? "") ?? match[0]);
    from = match.index + match[0].length;
    if (text.length > EXPANDED_URI_CHARS_MAX) break;
  }
  text += uri.slice(from);
  if (text.length > EXPANDED_URI_CHARS_MAX && text.length > uri.length) {
    const detail = `Its variables make a URI of more than ${EXPANDED_URI_CHARS_MAX} characters.`;
    return { fault: "bad-uri", detail };
  }
  const open = text.search(reference);
  if (open === -1) return text;
  const query = text.indexOf("?");
  if (query !== -1 && query < open) return text;
  return { fault: "undefined-variable", detail: `No value for a variable in ${uri.slice(0, 80)}` };
}
