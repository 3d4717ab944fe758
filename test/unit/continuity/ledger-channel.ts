// A channel with two origins for the ledger's tests: playlists made of numbers, one step per line.

import { expect } from "vitest";
import { applyLedgerEvent } from "../../../workers/core/continuity/apply-event.ts";
import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import type { Ledger } from "../../../workers/core/continuity/ledger.ts";
import { toLedger } from "../../../workers/core/continuity/ledger.ts";
import { printCanonical } from "../../../workers/core/continuity/print-canonical.ts";
import type { LedgerSettings } from "../../../workers/core/continuity/settings.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";

export const START_MS = Date.parse("2026-11-20T10:00:00Z");
export const PATH = "v1.m3u8";

export interface ListOptions {
  readonly path?: string;
  /** Names are `{name}-{number}.ts`. */
  readonly name?: string;
  /** Number of the segment that begins at START_MS. */
  readonly zero?: number;
  readonly seconds?: number;
  readonly shiftMs?: number;
  readonly dated?: boolean;
  readonly head?: string;
  readonly end?: boolean;
  readonly front?: string;
  /** Lines behind the last segment. */
  readonly tail?: readonly string[];
  /** False: read for reports alone. */
  readonly isWatched?: boolean;
}

/** A media playlist of the segments `first` to `last`. */
export function printList(first: number, last: number, options: ListOptions = {}): string {
  const { name = "s", zero = 0, seconds = 6, shiftMs = 0, dated = true, head = "" } = options;
  const lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", `#EXT-X-MEDIA-SEQUENCE:${first}`];
  if (head !== "") lines.push(head);
  if (options.front !== undefined) lines.push(options.front);
  for (let msn = first; msn <= last; msn += 1) {
    const startMs = START_MS + shiftMs + (msn - zero) * seconds * 1000;
    if (dated) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`);
    lines.push(`#EXTINF:${seconds},`, `${name}-${msn}.ts`);
  }
  lines.push(...(options.tail ?? []));
  if (options.end === true) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}

export class Channel {
  ledger: Ledger;
  nowMs = START_MS;
  effects: readonly LedgerEffect[] = [];

  constructor(settings: Partial<LedgerSettings> = {}) {
    const replicas = settings.replicas ?? "independent";
    const common = { channel: "demo", origins: ["a", "b"], assembleParts: true };
    this.ledger = toLedger({ ...common, ...settings, replicas });
  }

  apply(event: LedgerEvent): this {
    const step = applyLedgerEvent(this.ledger, event, this.nowMs);
    this.ledger = step.ledger;
    this.effects = step.effects;
    return this;
  }

  at(seconds: number): this {
    this.nowMs = START_MS + seconds * 1000;
    return this;
  }

  lists(origin: string, first: number, last: number, options: ListOptions = {}): this {
    const text = printList(first, last, options);
    return this.gives(origin, options.path ?? PATH, text, options.isWatched);
  }

  /** A multivariant playlist of these media playlists, each with a bandwidth of its own. */
  multivariant(origin: string, ...paths: readonly string[]): this {
    const variants = paths.map((path, index) => {
      return `#EXT-X-STREAM-INF:BANDWIDTH=${1_000_000 * (index + 1)}\n${path}\n`;
    });
    return this.gives(origin, "master.m3u8", `#EXTM3U\n${variants.join("")}`);
  }

  gives(origin: string, path: string, text: string, isWatched = true): this {
    const playlist = parsePlaylist(text);
    if (playlist.kind === "failure") throw new Error(playlist.detail);
    const prefixUrl = `https://${origin}.example/live/`;
    const place = {
      channel: "demo",
      playlistUrl: prefixUrl + path,
      prefixUrl,
      beyondPrefix: false,
      hosts: [],
      unknownHosts: "keep" as const,
      query: "",
    };
    const common = { origin, path, place };
    return playlist.kind === "media"
      ? this.apply({ kind: "playlist", ...common, playlist, isWatched })
      : this.apply({ kind: "multivariant", ...common, playlist });
  }

  choose(origin: string, cause: "failure" | "operator" | "preference" = "failure"): this {
    return this.apply({ kind: "choose", origin, cause });
  }

  /** The answer to the last choice. */
  answer(): string {
    const choice = this.effects.findLast(({ kind }) => kind === "choice");
    expect(choice).toBeDefined();
    return choice?.kind === "choice" ? `${choice.outcome} ${choice.reason}` : "";
  }

  /** Answers all questions of the last step. */
  prove(verdict: "equal" | "different" | "unavailable"): this {
    for (const effect of this.effects) {
      if (effect.kind === "prove") this.apply({ kind: "proof", id: effect.id, verdict });
    }
    return this;
  }

  reasons(): readonly string[] {
    return this.ledger.decisions.map(({ reason }) => reason);
  }
}

/** Names of segments, gaps and discontinuities of what viewers get, in one line. */
export function printShape(channel: Channel, path: string = PATH): string {
  const lines = (printCanonical(channel.ledger, path) ?? "").split("\n");
  return lines
    .filter((line) => /^#EXT-X-(DISCONTINUITY|GAP|ENDLIST)$/.test(line) || /^[^#]/.test(line))
    .map((line) => line.replace("#EXT-X-", ""))
    .join(" ");
}
