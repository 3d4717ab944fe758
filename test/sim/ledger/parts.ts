// The laws of low latency: a part that was announced under (segment, index) stays what it is, a
// segment that the ledger closes itself is exactly its parts, a hint is kept or dropped but not
// forgotten for another timeline's part, and reports speak in the channel's numbers.

import type { CanonicalPlaylist } from "./canonical.ts";
import type { Fault } from "./sighting.ts";
import { toFault } from "./sighting.ts";
import { toPlace } from "./truth.ts";

/** Between two polls of renditions one may have got ahead of the other by so many segments. */
const reportSlack = 3;

interface Open {
  msn: number;
  parts: readonly string[];
}

export class PartLaws {
  readonly #open: Open = { msn: -1, parts: [] };
  readonly #folder: string;
  readonly #rendition: string;
  readonly #runOf: (timeline: number) => number | null;

  /** `runOf` knows which encoder's run a timeline is; null if no whole segment was seen. */
  constructor(rendition: string, folder: string, runOf: (timeline: number) => number | null) {
    this.#runOf = runOf;
    this.#rendition = rendition;
    this.#folder = folder;
  }

  /** `lastMsnOf` knows the last segment of a playlist by its path; null if it was never shown. */
  check(playlist: CanonicalPlaylist, lastMsnOf: (path: string) => number | null): readonly Fault[] {
    const faults: (Fault | null)[] = [this.#checkOpen(playlist)];
    const own = playlist.mediaSequence + playlist.blocks.length - 1;
    for (const report of playlist.reports) faults.push(this.#checkReport(report, own, lastMsnOf));
    for (const hint of playlist.hints) faults.push(this.#checkHint(playlist, hint));
    return faults.filter((fault) => fault !== null);
  }

  #checkOpen({ mediaSequence, blocks, openParts, ended }: CanonicalPlaylist): Fault | null {
    const { msn, parts } = this.#open;
    const nextMsn = mediaSequence + blocks.length;
    const block = blocks[msn - mediaSequence];
    if (openParts.length > 0) [this.#open.msn, this.#open.parts] = [nextMsn, openParts];
    if (parts.length === 0 || msn < mediaSequence) return null;
    const now = msn === nextMsn ? openParts : block?.parts;
    if (msn === nextMsn && openParts.length < parts.length && !ended) {
      return this.#report(`${parts.length - openParts.length} open parts of ${msn} are withdrawn`);
    }
    const at = parts.findIndex((part, index) => now?.[index] !== undefined && now[index] !== part);
    if (at !== -1) return this.#report(`part ${at} of ${msn} was ${parts[at]}, is ${now?.[at]}`);
    if (block === undefined || !block.uri.includes("@parts/")) return null;
    const seconds = parts.reduce((sum, part) => sum + toSeconds(part), 0);
    if (Math.abs(seconds - block.seconds) < 0.002) return null;
    return this.#report(`${msn} lasts ${block.seconds} s, its parts ${seconds} s`);
  }

  #checkHint({ openParts, blocks }: CanonicalPlaylist, hint: string): Fault | null {
    const uri = /URI="([^"]*)"/.exec(hint)?.[1] ?? "";
    const last = /URI="([^"]*)"/.exec(openParts.at(-1) ?? "")?.[1] ?? blocks.at(-1)?.uri ?? "";
    const run = this.#runOf(toPlace(uri, this.#folder).timeline);
    const lastRun = this.#runOf(toPlace(last, this.#folder).timeline);
    // The first part behind a cut may be hinted before the cut is seen.
    if (run === null || run === lastRun || openParts.length === 0) return null;
    return this.#report(`the hint ${uri} follows ${last}`);
  }

  /** A report is as fresh as the playlist that brings it, or as the one that it is about. */
  #checkReport(
    report: string,
    own: number,
    lastMsnOf: (path: string) => number | null,
  ): Fault | null {
    const uri = /URI="([^"]*)"/.exec(report)?.[1] ?? "";
    if (/^[a-z]+:|^\//.test(uri)) return this.#report(`a report on ${uri}, which is not relative`);
    const told = Number(/LAST-MSN=(\d+)/.exec(report)?.[1] ?? Number.NaN);
    const last = lastMsnOf(toPlace(uri, this.#folder).path);
    if (last === null || Number.isNaN(told)) return null;
    if (Math.min(Math.abs(told - last), Math.abs(told - own)) <= reportSlack) return null;
    return this.#report(`${uri} is reported to be at ${told} and is at ${last}`);
  }

  #report(what: string): Fault {
    return toFault("parts", this.#rendition, what);
  }
}

function toSeconds(part: string): number {
  return Number(/DURATION=([0-9.]+)/.exec(part)?.[1] ?? 0);
}
