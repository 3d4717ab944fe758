// The golden histories of the continuity ledger, found by listing: test/golden/ledger/<story>/ with
// story.txt (see ledger-story.ts), origins.txt (the playlists that the origins gave, expanded) and
// viewer.txt (what the ledger decided and what viewers must get, step by step). UPDATE_GOLDEN=1
// writes the last two; review them as a diff. Whatever a story is about, numbers never go back, an
// announced segment never changes and every playlist is valid.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyLedgerEvent } from "../../workers/core/continuity/apply-event.ts";
import type { LedgerEffect } from "../../workers/core/continuity/effect.ts";
import type { LedgerEvent, LedgerPlace } from "../../workers/core/continuity/event.ts";
import { decideJoinability } from "../../workers/core/continuity/joinability.ts";
import type { Ledger } from "../../workers/core/continuity/ledger.ts";
import { toLedger } from "../../workers/core/continuity/ledger.ts";
import {
  printCanonical,
  printCanonicalMultivariant,
} from "../../workers/core/continuity/print-canonical.ts";
import type { Decision } from "../../workers/core/continuity/reason.ts";
import {
  parseSnapshot,
  printSnapshot,
  toSnapshot,
} from "../../workers/core/continuity/snapshot.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../workers/core/hls/playlist.ts";
import type { Story, StoryStep } from "./ledger-story.ts";
import { parseStory, printList, toListed } from "./ledger-story.ts";

const root = join(import.meta.dirname, "ledger");

interface Telling {
  readonly story: Story;
  ledger: Ledger;
  readonly open: string[];
  readonly origins: string[];
  readonly viewer: string[];
  readonly shown: Map<string, string>;
}

function tell(story: Story): Telling {
  const replicas = (story.channel.get("replicas") ?? "auto") as "auto" | "identical" | "independent";
  const telling: Telling = {
    story,
    ledger: toLedger({
      channel: "demo",
      origins: story.origins.map(({ id }) => id),
      replicas,
      assembleParts: story.channel.get("assemble") !== "no",
    }),
    open: [],
    origins: [],
    viewer: [],
    shown: new Map(),
  };
  for (const step of story.steps) play(telling, step);
  return telling;
}

function play(telling: Telling, step: StoryStep): void {
  const { words, atMs, text } = step;
  const [first = "", second = "", third = ""] = words;
  telling.viewer.push(`== ${text}`);
  switch (first) {
    case "choose":
      apply(telling, { kind: "choose", origin: second, cause: third as "failure" }, atMs);
      return;
    case "proofs":
      for (const id of telling.open.splice(0)) {
        apply(telling, { kind: "proof", id, verdict: second as "equal" }, atMs);
      }
      return;
    case "tick":
    case "reopen":
      apply(telling, { kind: first }, atMs);
      return;
    case "joinability":
      for (const { origin, ...rest } of decideJoinability(telling.ledger, atMs)) {
        telling.viewer.push(`   ${origin}: ${printInputs(rest)}`);
      }
      return;
    case "restore": {
      const restored = parseSnapshot(printSnapshot(toSnapshot(telling.ledger)));
      expect(restored).not.toHaveProperty("kind");
      telling.ledger = restored as Ledger;
      return;
    }
    default:
      playOrigin(telling, first, second, words.slice(2), step);
  }
}

function playOrigin(
  telling: Telling,
  id: string,
  verb: string,
  words: readonly string[],
  step: StoryStep,
): void {
  const origin = telling.story.origins.find((one) => one.id === id);
  if (origin === undefined) throw new Error(`No origin ${id}: ${step.text}`);
  const give = (path: string, text: string) => {
    const playlist = parsePlaylist(text);
    if (playlist.kind === "failure") throw new Error(`${step.text}: ${playlist.detail}`);
    telling.origins.push(`== ${step.text.split(" ")[0]} ${id} ${path}\n${text}`);
    const place = toPlace(id, path);
    const common = { origin: id, path, place };
    const event: LedgerEvent =
      playlist.kind === "media"
        ? { kind: "playlist", ...common, playlist }
        : { kind: "multivariant", ...common, playlist };
    apply(telling, event, step.atMs);
  };
  if (verb === "multivariant") return give("master.m3u8", `#EXTM3U\n${origin.multi.join("\n")}\n`);
  if (verb !== "lists") throw new Error(`A story does not know: ${step.text}`);
  const listed = toListed(words);
  for (const list of origin.lists) {
    if (listed.path !== null && listed.path !== list.path) continue;
    give(listed.alias ?? list.path, printList(list, listed));
  }
}

function toPlace(id: string, path: string): LedgerPlace {
  return {
    channel: "demo",
    playlistUrl: `https://${id}.example/live/${path}`,
    prefixUrl: `https://${id}.example/live/`,
    beyondPrefix: false,
    hosts: [],
    unknownHosts: "keep",
    query: "",
  };
}

function apply(telling: Telling, event: LedgerEvent, atMs: number): void {
  const before = telling.ledger.decisions;
  const { ledger, effects } = applyLedgerEvent(telling.ledger, event, atMs);
  telling.ledger = ledger;
  const fresh = ledger.decisions.slice(before.length);
  for (const decision of fresh) telling.viewer.push(`   ${printDecision(decision)}`);
  for (const effect of effects) noteEffect(telling, effect);
}

function printDecision({ reason, origin, rendition, inputs }: Decision): string {
  const about = [origin, rendition].filter((word) => word !== null).join(" ");
  return `decided ${reason}${about === "" ? "" : `: ${about}`} ${printInputs(inputs)}`.trimEnd();
}

function printInputs(inputs: object): string {
  return Object.entries(inputs)
    .map(([name, value]) => {
      const isMoment = typeof value === "number" && value > 1e12;
      return `${name}=${isMoment ? new Date(value).toISOString().slice(11, -1) : value}`;
    })
    .join(" ");
}

function noteEffect(telling: Telling, effect: LedgerEffect): void {
  const { viewer, ledger } = telling;
  switch (effect.kind) {
    case "publish": {
      const text = printCanonical(ledger, effect.rendition) ?? "";
      checkNext(telling.shown.get(effect.rendition), text);
      telling.shown.set(effect.rendition, text);
      viewer.push(`-- ${effect.rendition}`, text.trimEnd());
      return;
    }
    case "publish-multivariant":
      viewer.push("-- multivariant", (printCanonicalMultivariant(ledger) ?? "").trimEnd());
      return;
    case "prove":
      telling.open.push(effect.id);
      viewer.push(`   asks: ${effect.what} ${effect.sides.map(({ origin, uri }) => `${origin} ${uri}`).join(" = ")}?`);
      return;
    case "assemble":
      viewer.push(`   asks to assemble ${effect.uri} from ${effect.parts.map(({ uri }) => uri).join(" ")}`);
      return;
    case "drop-hint":
      viewer.push(`   drops the hint ${effect.uri}`);
      return;
    case "choice":
      viewer.push(`   answers: ${effect.origin} ${effect.outcome} (${effect.reason})`);
      return;
    case "keep-media":
      viewer.push(`   asks to keep media of timeline ${effect.timeline} until ${new Date(effect.untilMs).toISOString().slice(11, -1)}`);
  }
}

/** What holds for every two playlists that a viewer may get one after the other. */
function checkNext(before: string | undefined, text: string): void {
  const next = parsePlaylist(text);
  expect(next.kind, text).toBe("media");
  const media = next as MediaPlaylist;
  for (const { durationSeconds } of media.segments()) {
    expect(Math.round(durationSeconds)).toBeLessThanOrEqual(media.targetDurationSeconds);
  }
  if (before === undefined) return;
  const old = parsePlaylist(before) as MediaPlaylist;
  expect(media.targetDurationSeconds).toBe(old.targetDurationSeconds);
  expect(media.mediaSequence).toBeGreaterThanOrEqual(old.mediaSequence);
  expect(media.discontinuitySequence).toBeGreaterThanOrEqual(old.discontinuitySequence);
  expect(media.lastMsn).toBeGreaterThanOrEqual(old.lastMsn);
  const known = new Map(old.segments().map((segment) => [segment.msn, segment]));
  for (const segment of media.segments()) {
    const other = known.get(segment.msn);
    if (other === undefined) continue;
    const { uri, durationSeconds, byteRange, discontinuitySequence, map, gap, keys } = segment;
    const same = { uri, durationSeconds, byteRange, discontinuitySequence, map, gap, keys };
    expect(other).toMatchObject(same);
  }
}

function checkFile(file: string, text: string): void {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  expect(existsSync(file), `${file} is missing`).toBe(true);
  expect(text).toBe(readFileSync(file, "utf8"));
}

describe("ledger", () => {
  test.each(readdirSync(root).sort())("%s", (name) => {
    const folder = join(root, name);
    const story = parseStory(readFileSync(join(folder, "story.txt"), "utf8"));
    expect(story.about.length).toBeGreaterThan(40);
    const { origins, viewer } = tell(story);
    checkFile(join(folder, "origins.txt"), `${origins.join("\n")}`);
    checkFile(join(folder, "viewer.txt"), `${viewer.join("\n")}\n`);
  });
});
