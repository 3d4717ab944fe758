// Makes a multivariant playlist steerable (bis-22 sections 4.4.6.6 and 7; spec.md section 5): sets
// EXT-X-CONTENT-STEERING, names the pathway of what is there, and clones it onto other delivery
// hosts so that every pathway offers the same variants and groups (T2), also for players that do
// not steer (T8). Clones get absolute URIs on their host; the original entries stay as they are and
// in front. It does not write steering manifests, and it does not decide which host is well.

import { parseStringAttribute } from "../../hls/attribute-list.ts";
import type { MultivariantPlaylist } from "../../hls/playlist.ts";
import { printPathSegment, printQuery } from "../../http/percent.ts";
import type { HttpUri } from "../../http/uri.ts";
import { parseHttpUri, resolveUri } from "../../http/uri.ts";
import { printLineWith, toAttributeSplice } from "./attribute-splices.ts";
import type { EditRefusal, EditRefusalReason, EditResult } from "./edit.ts";
import { toEdited, toEditRefusal } from "./edit.ts";
import type { Entry } from "./multivariant-entries.ts";
import {
  groupAttributes,
  toEntries,
  toGroupKey,
  toOwnGroup,
  toPathwayId,
  toReferencedGroups,
} from "./multivariant-entries.ts";
import type { Splice } from "./splices.ts";
import { toLinesBefore } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag, toHeadEnd, toTextLines } from "./text-lines.ts";

export interface PathwayClone {
  readonly baseId: string;
  readonly id: string;
  /** `scheme://host[:port]`; null: the host of the playlist. */
  readonly origin: string | null;
  /** Query parameters to set, in this order. */
  readonly parameters?: readonly (readonly [string, string])[];
}

export interface ContentSteeringOptions {
  /** As it shall stand in the playlist, for instance `../_/steering/demo`. */
  readonly serverUri: string;
  /** The pathway of entries that name none; also the initial one. Null: the default pathway ".". */
  readonly pathwayId: string | null;
  readonly clones: readonly PathwayClone[];
  /** Absolute URL under which viewers get this playlist; clones resolve against it. */
  readonly playlistUrl: string;
}

/** Attack: a catalog entry that multiplies every playlist; hosts of one event are a handful. */
const clonesMax = 8;
const pathwayForm = /^[A-Za-z0-9._-]{1,64}$/;

interface Plan {
  readonly text: string;
  readonly entries: readonly Entry[];
  readonly base: HttpUri;
  readonly options: ContentSteeringOptions;
}

export function applyContentSteering(
  playlist: MultivariantPlaylist,
  options: ContentSteeringOptions,
): EditResult<MultivariantPlaylist> {
  const { text } = playlist;
  const base = parseHttpUri(options.playlistUrl);
  const ids = [options.pathwayId ?? ".", ...options.clones.map(({ id }) => id)];
  if (base === null) return refuse("bad-options", "The playlist's URL is none.");
  if (/["\r\n]/.test(options.serverUri) || options.serverUri === "") {
    return refuse("bad-options", "SERVER-URI is empty or cannot be quoted.");
  }
  if (options.clones.length > clonesMax || !ids.every((id) => pathwayForm.test(id))) {
    return refuse("bad-options", `At most ${clonesMax} clones, ids of letters, digits and ._-`);
  }
  const lines = toTextLines(text);
  const entries = toEntries(text, lines);
  const copies = toCloneLines({ text, entries, base, options });
  if (!Array.isArray(copies)) return copies as EditRefusal;
  const streams = entries.filter((entry) => entry.kind !== "rendition");
  const unnamed = streams.filter((entry) => !entry.attributes.has("PATHWAY-ID"));
  const { pathwayId } = options;
  const named =
    pathwayId === null || pathwayId === "."
      ? []
      : unnamed.map((entry) => toAttributeSplice(text, entry.tag, "PATHWAY-ID", `"${pathwayId}"`));
  const added = copies.length === 0 ? [] : [toLinesBefore(text, text.length, copies)];
  return toEdited(playlist, [...toSteeringTag(text, lines, entries, options), ...named, ...added]);
}

function refuse(reason: EditRefusalReason, detail: string): EditRefusal {
  return toEditRefusal("content-steering", reason, detail);
}

function toSteeringTag(
  text: string,
  lines: readonly TextLine[],
  entries: readonly Entry[],
  options: ContentSteeringOptions,
): readonly Splice[] {
  const own = options.pathwayId ?? ".";
  const first = entries.find((entry) => entry.kind === "variant");
  // The initial pathway must be one that a variant is on.
  const stated = first?.attributes.has("PATHWAY-ID") ? toPathwayId(first) : own;
  const tag = `#EXT-X-CONTENT-STEERING:SERVER-URI="${options.serverUri}",PATHWAY-ID="${stated}"`;
  const [old, ...others] = filterTag(lines, "EXT-X-CONTENT-STEERING");
  if (old === undefined) return [toLinesBefore(text, toHeadEnd(lines), [tag])];
  const removals = others.map(({ start, next }) => ({ start, end: next, text: "" }));
  return [{ start: old.start, end: old.end, text: tag }, ...removals];
}

function toCloneLines(plan: Plan): readonly string[] | EditRefusal {
  const { entries, options } = plan;
  const own = options.pathwayId ?? ".";
  const toPathway = (entry: Entry) => {
    return entry.attributes.has("PATHWAY-ID") ? toPathwayId(entry) : own;
  };
  const streams = entries.filter((entry) => {
    return entry.kind !== "rendition" && (entry.kind !== "variant" || entry.uri !== null);
  });
  const pathways = new Set(streams.map(toPathway));
  const lines: string[] = [];
  for (const clone of options.clones) {
    if (!pathways.has(clone.baseId)) return refuse("unknown-pathway", clone.baseId);
    // A playlist that already has this pathway was cloned before: once is enough.
    if (pathways.has(clone.id)) return refuse("pathway-exists", clone.id);
    const members = streams.filter((entry) => toPathway(entry) === clone.baseId);
    const copies = toCopies(plan, clone, members);
    if (!Array.isArray(copies)) return copies as EditRefusal;
    lines.push(...copies);
    pathways.add(clone.id);
  }
  return lines;
}

function toCopies(
  plan: Plan,
  clone: PathwayClone,
  members: readonly Entry[],
): readonly string[] | EditRefusal {
  const { text, entries } = plan;
  const used = toReferencedGroups(members);
  const renditions = entries.filter((entry) => {
    return entry.kind === "rendition" && used.has(toOwnGroup(entry));
  });
  // A group without any URI names nothing that a host could serve: both pathways share it.
  const moved = new Set(renditions.filter((entry) => entry.attributes.has("URI")).map(toOwnGroup));
  const lines: string[] = [];
  for (const entry of [...renditions.filter((one) => moved.has(toOwnGroup(one))), ...members]) {
    const values = new Map<string, string | null>();
    if (entry.kind === "rendition") {
      const group = parseStringAttribute(entry.attributes, "GROUP-ID") ?? "";
      values.set("GROUP-ID", `"${group}@${clone.id}"`);
    } else {
      values.set("PATHWAY-ID", `"${clone.id}"`);
      for (const [name, type] of groupAttributes) {
        const group = parseStringAttribute(entry.attributes, name);
        if (group === null || !moved.has(toGroupKey(type, group))) continue;
        values.set(name, `"${group}@${clone.id}"`);
      }
    }
    const uri = parseStringAttribute(entry.attributes, "URI");
    if (uri !== null) {
      const target = toCloneUri(plan.base, uri, clone);
      if (target === null) return refuse("bad-uri", `Line ${entry.tag.line} cannot be cloned.`);
      values.set("URI", `"${target}"`);
    }
    lines.push(printLineWith(text, entry.tag, values));
    if (entry.uri === null) continue;
    const written = text.slice(entry.uri.start, entry.uri.end).trim();
    const target = toCloneUri(plan.base, written, clone);
    if (target === null) return refuse("bad-uri", `Line ${entry.uri.line} cannot be cloned.`);
    lines.push(target);
  }
  return lines;
}

/** Null if the URI cannot be resolved, or holds a variable that only the player can replace. */
function toCloneUri(base: HttpUri, written: string, clone: PathwayClone): string | null {
  if (written.includes("{$")) return null;
  const uri = resolveUri(written, base);
  if (uri.kind === "opaque") return written;
  if (uri.kind === "failure") return null;
  const origin = clone.origin ?? uri.origin;
  const pairs = (uri.query ?? "").split("&").filter((pair) => pair !== "");
  for (const [name, value] of clone.parameters ?? []) {
    const printed = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    const at = pairs.findIndex((pair) => pair.split("=")[0] === encodeURIComponent(name));
    if (at === -1) pairs.push(printed);
    else pairs[at] = printed;
  }
  const query = pairs.length === 0 ? "" : `?${printQuery(pairs.join("&"))}`;
  return `${origin}/${uri.rawSegments.map(printRawSegment).join("/")}${query}`;
}

/**
 * Labels of this edge ("@t3", "~token") keep their spelling; a plain name gets the canonical one.
 */
function printRawSegment(raw: string): string {
  if (raw.startsWith("@") || raw.startsWith("~")) return raw;
  try {
    return printPathSegment(decodeURIComponent(raw));
  } catch {
    return raw;
  }
}
