// Rendition reports across origins and cuts (bis-22 section 4.4.5.4; spec.md section 3.3). What an
// origin reports is in its own numbering: LAST-MSN is translated to the canonical one, LAST-PART
// stays, nothing else is touched. A report about a rendition whose numbering is not known, or has
// not been seen lately, is left out: a wrong one sends players to wait for what will not come.

import { parseIntegerAttribute } from "../hls/attribute-list.ts";
import { printRelativePath } from "../http/uri.ts";
import { printLineWith } from "../transform/edits/attribute-splices.ts";
import { toTextLines } from "../transform/edits/text-lines.ts";
import { toTagUri } from "./carried-lines.ts";
import type { Draft } from "./ledger.ts";
import { toTargetMs, toVisit } from "./ledger.ts";
import type { Listing } from "./listing.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { toAttributes } from "./tag-lines.ts";

/** Target durations after which a rendition's numbering counts as unknown. */
const FRESH_TARGETS = 2;

/** The reports of a version, URIs already rewritten, as viewers get them. */
export function toCanonicalReports(
  draft: Draft,
  book: RenditionBook,
  listing: Listing,
  lines: readonly string[],
): readonly string[] {
  const found: string[] = [];
  for (const line of lines) {
    const printed = toReport(draft, book, listing, line);
    if (printed !== null) found.push(printed);
  }
  return found;
}

function toReport(
  draft: Draft,
  book: RenditionBook,
  listing: Listing,
  line: string,
): string | null {
  const { ledger, nowMs } = draft;
  const uri = toTagUri(line);
  if (uri === null) return null;
  const own = toPathBehind(book.path, uri);
  const paths = ledger.origins.get(book.source.origin)?.paths ?? null;
  const path = paths?.get(own) ?? own;
  const other = ledger.renditions.get(path);
  const visit = toVisit(ledger);
  if (other === undefined || visit === null || other.source.visit !== visit.n) return null;
  if (other.source.origin !== visit.origin || other.source.epoch !== visit.epoch) return null;
  if (other.source.atSeam || nowMs - other.lastSeenMs > FRESH_TARGETS * toTargetMs(ledger)) {
    return null;
  }
  const attributes = toAttributes(line);
  const written = parseIntegerAttribute(attributes, "LAST-MSN");
  const lastMsn = (written ?? listing.facts.lastMsn) + other.source.shift;
  const isSame =
    path === own &&
    (written === null ? other.source.shift === book.source.shift : lastMsn === written);
  if (isSame) return line;
  const values = new Map([["LAST-MSN", `${lastMsn}`]]);
  if (path !== own) values.set("URI", `"${toReference(book.path, path)}"`);
  const [tag] = toTextLines(line);
  return tag === undefined ? null : printLineWith(line, tag, values);
}

/** Printed path below the channel of a relative reference in the playlist at `path`. */
export function toPathBehind(path: string, uri: string): string {
  const plain = uri.replace(/[?#].*$/s, "");
  const segments = path.split("/").slice(0, -1);
  for (const piece of plain.split("/")) {
    if (piece === "..") segments.pop();
    else if (piece !== "." && piece !== "") segments.push(piece);
  }
  return segments.join("/");
}

/** The same with the reference's query, which is part of a file's name. */
export function toKeyBehind(path: string, uri: string): string {
  const query = /\?[^#]*/.exec(uri)?.[0] ?? "";
  return `${toPathBehind(path, uri)}${query}`;
}

/** The relative reference from one playlist to another. */
export function toReference(from: string, to: string): string {
  return printRelativePath(from.split("/").slice(0, -1), to.split("/"));
}
