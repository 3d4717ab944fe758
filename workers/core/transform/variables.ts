// Variables of a playlist (EXT-X-DEFINE, RFC 8216bis section 4.3 and 4.4.2.3): collected in
// document order and put into URIs before these are resolved, because a URI parser would escape the
// braces and break the reference. A reference without a value in the query is left for the player;
// anywhere else it refuses the playlist, for nobody could say where the URI leads. A URI whose own
// letters name another scheme (skd:, data:) is the player's alone, variables included. EXT-X-DEFINE
// tags themselves are never changed.

import { parseAttributes, parseStringAttribute } from "../hls/attribute-list.ts";
import { defaultPlaylistLimits } from "../hls/limits.ts";
import { trimLine } from "../hls/lines.ts";

export interface VariableSources {
  /** Raw query of the playlist's URL, without "?". */
  readonly query: string;
  /** Variables of the multivariant playlist, for IMPORT. */
  readonly definitions?: ReadonlyMap<string, string>;
}

/** What the tags read so far have defined, and what using it has cost. */
export interface Variables {
  readonly values: Map<string, string>;
  /** Characters of all texts that references have made. */
  expandedChars: number;
  /** The parameters of the query; read once, for a playlist may name thousands. Null: not yet. */
  parameters: ReadonlyMap<string, string> | null;
}

export function makeVariables(): Variables {
  return { values: new Map(), expandedChars: 0, parameters: null };
}

/**
 * Adds what one EXT-X-DEFINE line says. A first definition stays: names are unique by the standard.
 * A VALUE is a quoted string, so it may refer to variables defined before it. Answers a fault if
 * such values grow too large.
 */
export function applyDefine(
  variables: Variables,
  line: string,
  sources: VariableSources,
): VariableFault | null {
  const colon = line.indexOf(":");
  const { attributesMax } = defaultPlaylistLimits;
  const attributes = parseAttributes(line, colon + 1, line.length, attributesMax);
  if (typeof attributes === "string") return null;
  const name = parseStringAttribute(attributes, "NAME");
  const imported = parseStringAttribute(attributes, "IMPORT");
  const parameter = parseStringAttribute(attributes, "QUERYPARAM");
  if (name !== null) {
    const value = expand(parseStringAttribute(attributes, "VALUE") ?? "", variables);
    if (typeof value !== "string") return value;
    define(variables, name, value);
  } else if (imported !== null) {
    define(variables, imported, sources.definitions?.get(imported));
  } else if (parameter !== null) {
    variables.parameters ??= parseQuery(sources.query);
    define(variables, parameter, variables.parameters.get(parameter));
  }
  return null;
}

function define({ values }: Variables, name: string, value: string | undefined): void {
  if (value !== undefined && !values.has(name)) values.set(name, value);
}

/** Names and values without their escapes; of equal names the first one counts. */
function parseQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? "" : pair.slice(equals + 1));
    if (name === undefined || value === undefined || parameters.has(name)) continue;
    parameters.set(name, value);
  }
  return parameters;
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
const EXPANDED_URI_CHARS_MAX = 8_192;
/** All expanded texts of one playlist together; the same attack, spread over many lines. */
const EXPANDED_CHARS_MAX = 4 * 1024 * 1024;

export interface VariableFault {
  readonly fault: "undefined-variable" | "bad-uri";
  readonly detail: string;
}

/** A scheme that stands in the text itself; a variable may still make it http. */
const otherScheme = /^(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:/i;

/** The URI with its references replaced; refused if one without a value stands before the query. */
export function applyVariables(uri: string, variables: Variables | null): string | VariableFault {
  if (!uri.includes("{$") || otherScheme.test(uri)) return uri;
  const expanded = variables === null ? uri : expand(uri, variables);
  if (typeof expanded !== "string") return expanded;
  const text = trimLine(expanded);
  const open = text.search(reference);
  if (open === -1) return text;
  const query = text.indexOf("?");
  if (query !== -1 && query < open) return text;
  return { fault: "undefined-variable", detail: `No value for a variable in ${uri.slice(0, 80)}` };
}

/** References without a value stay as they are. */
function expand(source: string, variables: Variables): string | VariableFault {
  if (!source.includes("{$")) return source;
  let text = "";
  let from = 0;
  for (const match of source.matchAll(reference)) {
    text += source.slice(from, match.index);
    text += variables.values.get(match[1] ?? "") ?? match[0];
    from = match.index + match[0].length;
    if (text.length > EXPANDED_URI_CHARS_MAX) break;
  }
  text += source.slice(from);
  if (text === source) return source;
  if (text.length > EXPANDED_URI_CHARS_MAX && text.length > source.length) {
    const detail = `Its variables make a text of more than ${EXPANDED_URI_CHARS_MAX} characters.`;
    return { fault: "bad-uri", detail };
  }
  variables.expandedChars += text.length;
  if (variables.expandedChars <= EXPANDED_CHARS_MAX) return text;
  const detail = `Its variables make texts of more than ${EXPANDED_CHARS_MAX} characters in all.`;
  return { fault: "bad-uri", detail };
}
