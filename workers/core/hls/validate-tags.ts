// The rules that hold for tags as such: spelling, attribute types, what may stand once, variables
// (RFC 8216bis-22 sections 4.1 to 4.4.2).

import { toLetters } from "../http/letters.ts";
import type { Attributes } from "./attribute-list.ts";
import {
  makeAttributeCursor,
  nextAttribute,
  parseAttributes,
  parseStringAttribute,
} from "./attribute-list.ts";
import { parseDateTime } from "./date-time.ts";
import { printExcerpt } from "./failure.ts";
import { eachLine } from "./lines.ts";
import type { Playlist } from "./playlist.ts";
import { attributeSpecs, hasAttributeForm } from "./validate-attributes.ts";
import type { Report, TagLine } from "./validate-rules.ts";
import { toNeededVersion } from "./validate-version.ts";

const none: Attributes = new Map();

export function readTagLines(text: string): readonly TagLine[] {
  const tags: TagLine[] = [];
  for (const { line, start, end } of eachLine(text)) {
    if (!text.startsWith("#EXT", start)) continue;
    const content = text.slice(start, end);
    const found = /^#(EXT[^:\s]*)(?::(.*))?/s.exec(content);
    if (found === null) continue;
    const [, name = "", value = ""] = found;
    const read = Object.hasOwn(attributeSpecs, name)
      ? parseAttributes(value, 0, value.length, 1024)
      : none;
    tags.push({ name, line, value, attributes: typeof read === "string" ? none : read });
  }
  return tags;
}

/** Tags of which a playlist has at most one. */
const singleTags: ReadonlySet<string> = new Set([
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-START",
  "EXT-X-TARGETDURATION",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-DISCONTINUITY-SEQUENCE",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-I-FRAMES-ONLY",
  "EXT-X-PART-INF",
  "EXT-X-SERVER-CONTROL",
  "EXT-X-SKIP",
  "EXT-X-CONTENT-STEERING",
]);

export function decideTagFindings(
  playlist: Playlist,
  tags: readonly TagLine[],
  report: Report,
): void {
  reportControlCharacters(playlist.text, report);
  const seen = new Set<string>();
  for (const tag of tags) {
    if (singleTags.has(tag.name) && seen.has(tag.name)) {
      report("duplicate-tag", tag.line, `${tag.name} stands twice.`);
    }
    seen.add(tag.name);
    if (Object.hasOwn(attributeSpecs, tag.name)) reportAttributes(tag, report);
  }
  reportDefinitions(playlist, tags, report);
  const needed = toNeededVersion(playlist, tags);
  if (needed > playlist.version) {
    const line = tags.find((tag) => tag.name === "EXT-X-VERSION")?.line ?? 1;
    report("version-too-low", line, `Version ${playlist.version}, the tags need ${needed}.`);
  }
}

function reportControlCharacters(text: string, report: Report): void {
  const form = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
  if (!form.test(text)) return;
  for (const { line, start, end } of eachLine(text)) {
    const content = text.slice(start, end);
    const at = content.search(form);
    if (at === -1) continue;
    const code = content.charCodeAt(at).toString(16).padStart(4, "0");
    report("control-character", line, `U+${code} in column ${at + 1}.`);
  }
}

function reportAttributes(tag: TagLine, report: Report): void {
  const specs = attributeSpecs[tag.name] ?? {};
  const { line, value } = tag;
  const cursor = makeAttributeCursor(toLetters(value), 0, value.length);
  const seen = new Set<string>();
  for (;;) {
    const step = nextAttribute(cursor);
    if (step === "end") break;
    if (step === "bad") {
      report("bad-attribute-list", line, printExcerpt(value, 0, value.length));
      return;
    }
    const name = value.slice(cursor.nameStart, cursor.nameEnd);
    const raw = value.slice(cursor.valueStart, cursor.valueEnd);
    const excerpt = printExcerpt(`${name}=${raw}`, 0, name.length + 1 + raw.length);
    if (!/^[A-Z0-9-]+$/.test(name)) report("bad-attribute-name", line, excerpt);
    if (seen.has(name)) report("duplicate-attribute", line, excerpt);
    seen.add(name);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) continue;
    if (!hasAttributeForm(raw, spec.type)) report("bad-attribute-value", line, excerpt);
    else if (spec.type === "date" && parseDateTime(raw.slice(1, -1)) === null) {
      report("bad-attribute-value", line, excerpt);
    } else if (spec.words !== undefined && !raw.startsWith('"') && !spec.words.includes(raw)) {
      report("unknown-word", line, excerpt);
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.required && !seen.has(name)) {
      report("missing-attribute", line, `${tag.name} needs ${name}.`);
    }
  }
}

function reportDefinitions(playlist: Playlist, tags: readonly TagLine[], report: Report): void {
  const names = new Set<string>();
  for (const { name, line, attributes } of tags) {
    if (name !== "EXT-X-DEFINE") continue;
    const kinds = ["NAME", "IMPORT", "QUERYPARAM"].filter((kind) => attributes.has(kind));
    const kind = kinds[0];
    const isWhole = kind !== "NAME" || attributes.has("VALUE");
    if (kinds.length !== 1 || kind === undefined || !isWhole) {
      report("define-form", line, "One of NAME with VALUE, IMPORT or QUERYPARAM.");
      continue;
    }
    const own = parseStringAttribute(attributes, kind) ?? "";
    if (!/^[A-Za-z0-9_-]+$/.test(own)) report("define-form", line, `Not a name: ${own}`);
    if (names.has(own)) report("define-twice", line, `${own} is defined twice.`);
    names.add(own);
    if (kind === "IMPORT" && playlist.kind === "multivariant") {
      report("define-import-in-multivariant", line, `${own} cannot be imported here.`);
    }
  }
}
