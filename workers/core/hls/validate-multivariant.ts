// The rules for multivariant playlists (RFC 8216bis-22 section 4.4.6): groups, captions, session
// data, steering.

import { parseStringAttribute } from "./attribute-list.ts";
import type { MultivariantPlaylist, Rendition } from "./playlist.ts";
import type { Report, TagLine } from "./validate-rules.ts";

export function decideMultivariantFindings(
  playlist: MultivariantPlaylist,
  tags: readonly TagLine[],
  report: Report,
): void {
  const streams = tags.filter((tag) => tag.name === "EXT-X-STREAM-INF");
  const variants = playlist.variants();
  if (variants.length === 0) report("no-variant", 1, "No EXT-X-STREAM-INF with a URI.");
  reportVariantUris(playlist.text, streams, report);
  for (const { line, attributes } of streams) {
    if (!attributes.has("CODECS")) report("codecs-missing", line, "CODECS should be stated.");
  }
  reportGroups(playlist.renditions(), tags, report);
  reportRenditions(playlist.renditions(), report);
  reportMixed(streams, "CLOSED-CAPTIONS", "NONE", "captions-none-mixed", report);
  reportMixed(streams, "SCORE", null, "score-mixed", report);
  reportSessions(tags, report);
  reportPathways(tags, streams, report);
}

/** A blank line or a comment. */
function isNothing(line: string): boolean {
  const content = line.trim();
  return content === "" || (content.startsWith("#") && !content.startsWith("#EXT"));
}

/** The next line that is neither blank nor comment has to be the URI. */
function reportVariantUris(text: string, streams: readonly TagLine[], report: Report): void {
  if (streams.length === 0) return;
  const lines = text.split("\n");
  for (const { line } of streams) {
    let next = line;
    while (next < lines.length && isNothing(lines[next] ?? "")) next += 1;
    const found = lines[next];
    if (found === undefined || found.startsWith("#")) {
      report("variant-without-uri", line, "EXT-X-STREAM-INF without a URI line.");
    }
  }
}

const references = ["AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"] as const;

function reportGroups(
  renditions: readonly Rendition[],
  tags: readonly TagLine[],
  report: Report,
): void {
  const groups = new Map<string, Rendition[]>();
  for (const rendition of renditions) {
    const name = `${rendition.type} ${rendition.groupId}`;
    const members = groups.get(name) ?? [];
    members.push(rendition);
    groups.set(name, members);
  }
  for (const { name, line, attributes } of tags) {
    if (!/^EXT-X-(?:I-FRAME-|IMAGE-)?STREAM-INF$/.test(name)) continue;
    for (const type of references) {
      if (attributes.get(type) === undefined || attributes.get(type) === "NONE") continue;
      const group = `${type} ${parseStringAttribute(attributes, type) ?? ""}`;
      if (!groups.has(group)) report("group-missing", line, `No EXT-X-MEDIA of group ${group}.`);
    }
  }
  const membersByType = new Map<string, string>();
  for (const [group, members] of groups) {
    const type = members[0]?.type ?? "";
    const names = members.map(({ name }) => name);
    const line = members[0]?.line ?? 1;
    const list = [...new Set(names)].sort().join("\n");
    const expected = membersByType.get(type);
    if (expected === undefined) membersByType.set(type, list);
    else if (expected !== list) report("group-members-differ", line, `Group ${group}.`);
    const seen = new Set<string>();
    for (const { name, line: own } of members) {
      if (seen.has(name)) report("group-name-twice", own, `${name} in ${group}.`);
      seen.add(name);
    }
    const defaults = members.filter(({ isDefault }) => isDefault);
    if (defaults.length > 1) report("group-two-defaults", line, `Group ${group}.`);
  }
}

function reportRenditions(renditions: readonly Rendition[], report: Report): void {
  for (const { type, uri, isDefault, attributes, line } of renditions) {
    if (isDefault && attributes.get("AUTOSELECT") === "NO") {
      report("default-not-autoselect", line, "DEFAULT=YES with AUTOSELECT=NO.");
    }
    if (attributes.has("FORCED") && type !== "SUBTITLES") {
      report("forced-not-subtitles", line, `FORCED on ${type}.`);
    }
    if (type === "SUBTITLES" && uri === null)
      report("subtitles-without-uri", line, "URI is missing.");
    if (type !== "CLOSED-CAPTIONS") continue;
    if (uri !== null) report("captions-with-uri", line, "Closed captions have no URI.");
    const channel = parseStringAttribute(attributes, "INSTREAM-ID") ?? "";
    const known = /^(?:CC[1-4]|SERVICE(?:[1-9]|[1-5][0-9]|6[0-3]))$/;
    if (!known.test(channel)) report("captions-instream-id", line, `INSTREAM-ID "${channel}".`);
  }
}

/** An attribute (with this value, if one is given) that stands on all variants or on none. */
function reportMixed(
  streams: readonly TagLine[],
  name: string,
  value: string | null,
  rule: "captions-none-mixed" | "score-mixed",
  report: Report,
): void {
  const having = streams.filter(({ attributes }) => {
    const raw = attributes.get(name);
    return raw !== undefined && (value === null || raw === value);
  });
  const first = having[0];
  if (first === undefined || having.length === streams.length) return;
  report(rule, first.line, `${having.length} of ${streams.length} variants.`);
}

function reportSessions(tags: readonly TagLine[], report: Report): void {
  const seen = new Set<string>();
  for (const { name, line, attributes } of tags) {
    if (name === "EXT-X-SESSION-KEY" && attributes.get("METHOD") === "NONE") {
      report("session-key-none", line, "METHOD=NONE.");
    }
    if (name !== "EXT-X-SESSION-DATA") continue;
    if (attributes.has("VALUE") === attributes.has("URI")) {
      report("session-data-form", line, "Either VALUE or URI.");
    }
    const id = `${attributes.get("DATA-ID") ?? ""} ${attributes.get("LANGUAGE") ?? ""}`;
    if (seen.has(id)) report("session-data-twice", line, id);
    seen.add(id);
  }
}

function reportPathways(
  tags: readonly TagLine[],
  streams: readonly TagLine[],
  report: Report,
): void {
  for (const { line, attributes } of tags) {
    const id = parseStringAttribute(attributes, "PATHWAY-ID");
    if (id !== null && !/^[A-Za-z0-9._-]+$/.test(id)) report("bad-pathway-id", line, id);
  }
  const steering = tags.find((tag) => tag.name === "EXT-X-CONTENT-STEERING");
  if (steering === undefined) return;
  const initial = parseStringAttribute(steering.attributes, "PATHWAY-ID");
  const known = streams.map(({ attributes }) => {
    return parseStringAttribute(attributes, "PATHWAY-ID") ?? ".";
  });
  if (initial !== null && !known.includes(initial)) {
    report("steering-pathway-missing", steering.line, `No variant on pathway ${initial}.`);
  }
}
