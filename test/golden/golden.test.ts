// Golden cases, found by listing: a folder each below playlists/ (input.m3u8, context.json,
// expected.m3u8) and bodies/ (the same with .json). context.json holds what differs from the
// context below: `rewrite` (null: no rewriting), `plan` (the edits) or, for bodies, `body`. A case
// that ends in a refusal has expected.txt instead. UPDATE_GOLDEN=1 writes what came out; review it
// as a diff.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { Playlist } from "../../workers/core/hls/playlist.ts";
import {
  rewriteAssetList,
  rewriteSteeringManifest,
} from "../../workers/core/transform/edit-json-bodies.ts";
import type { EditPlan } from "../../workers/core/transform/edits/compose.ts";
import { applyEditPlan } from "../../workers/core/transform/edits/compose.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";

const base: RewriteContext = {
  channel: "demo",
  playlistPath: "v1/index.m3u8",
  playlistUrl: "https://origin.example/live/v1/index.m3u8",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: false,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/media/" }],
  unknownHosts: "keep",
  query: "",
};

interface Case {
  readonly about: string;
  readonly rewrite?: object | null;
  readonly plan?: object;
  readonly body?: "asset-list" | "steering-manifest";
  readonly edgeChannelUrl?: string;
  readonly reloadUri?: string;
  readonly pathwayHosts?: readonly string[];
}

interface Outcome {
  readonly file: string;
  readonly text: string;
  /** Checks on the outcome that come after it was compared (or written). */
  readonly then?: () => void;
}

/** JSON has no maps: an object under one of these names stands for one. */
const mapNames: ReadonlySet<string> = new Set(["definitions", "addedMs", "removedMs"]);

function readCase(folder: string): { readonly input: string; readonly given: Case } {
  const extension = folder.includes("bodies") ? "json" : "m3u8";
  const input = readFileSync(join(folder, `input.${extension}`), "utf8");
  const text = readFileSync(join(folder, "context.json"), "utf8");
  const given = JSON.parse(text, (name, value) => {
    return mapNames.has(name) ? new Map(Object.entries(value)) : value;
  });
  return { input, given };
}

function read(text: string): Playlist | Outcome {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "failure") return playlist;
  const { reason, line, detail } = playlist;
  return { file: "expected.txt", text: `failure ${reason}, line ${line}: ${detail}\n` };
}

function run(input: string, given: Case): Outcome {
  const playlist = read(input);
  if ("file" in playlist) return playlist;
  let text = input;
  if (given.rewrite !== null) {
    const context = { ...base, ...given.rewrite };
    const result = rewritePlaylist(playlist, context);
    if (result.kind === "refused") {
      const { reason, line, detail } = result;
      return { file: "expected.txt", text: `refused ${reason}, line ${line}: ${detail}\n` };
    }
    text = result.text;
    if (given.plan === undefined) {
      return { file: "expected.m3u8", text, then: () => expectIdempotence(text, context) };
    }
  }
  if (given.plan === undefined) return { file: "expected.m3u8", text };
  const rewritten = read(text);
  if ("file" in rewritten) return rewritten;
  const result = applyEditPlan(rewritten, given.plan as EditPlan);
  if (result.kind === "refused") {
    const { edit, reason, detail } = result;
    return { file: "expected.txt", text: `refused ${edit} ${reason}: ${detail}\n` };
  }
  // Notes are part of what a case proves: they stand behind the playlist.
  const notes = result.notes.map(({ edit, reason }) => `# note: ${edit} ${reason}\n`);
  return { file: "expected.m3u8", text: result.playlist.text + notes.join("") };
}

/** What this edge wrote, an edge in front of it leaves as it is. */
function expectIdempotence(text: string, context: RewriteContext): void {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  const again = rewritePlaylist(playlist, {
    ...context,
    playlistUrl: `https://edge.example/demo/${context.playlistPath}`,
    prefixUrl: "https://edge.example/demo/",
    hosts: [],
    originIsEdge: true,
  });
  expect(again).toMatchObject({ kind: "rewritten", text });
}

function runBody(input: string, given: Case): Outcome {
  const context = {
    rewrite: { ...base, playlistUrl: "https://ads.example/lists/1.json", ...given.rewrite },
    edgeChannelUrl: given.edgeChannelUrl ?? "https://edge.example/demo/",
    reloadUri: given.reloadUri ?? "demo",
    pathwayHosts: given.pathwayHosts ?? [],
  };
  const result =
    given.body === "asset-list"
      ? rewriteAssetList(input, context)
      : rewriteSteeringManifest(input, context);
  if (result.kind === "refused") {
    return { file: "expected.txt", text: `refused ${result.reason}\n` };
  }
  const again =
    given.body === "asset-list"
      ? rewriteAssetList(result.text, context)
      : rewriteSteeringManifest(result.text, context);
  const { text } = result;
  const then = () => expect(again).toMatchObject({ kind: "rewritten", text });
  return { file: "expected.json", text, then };
}

function listCases(kind: string): readonly string[] {
  return readdirSync(join(import.meta.dirname, kind)).sort();
}

function check(kind: string, name: string, act: (input: string, given: Case) => Outcome): void {
  const folder = join(import.meta.dirname, kind, name);
  const { input, given } = readCase(folder);
  expect(given.about.length).toBeGreaterThan(10);
  const outcome = act(input, given);
  const file = join(folder, outcome.file);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, outcome.text);
  expect(existsSync(file), `${outcome.file} is missing: ${outcome.text}`).toBe(true);
  expect(outcome.text).toBe(readFileSync(file, "utf8"));
  const files = readdirSync(folder).filter((one) => one.startsWith("expected."));
  expect(files).toEqual([outcome.file]);
  outcome.then?.();
}

describe("playlists", () => {
  test.each(listCases("playlists"))("%s", (name) => check("playlists", name, run));
});

describe("bodies", () => {
  test.each(listCases("bodies"))("%s", (name) => check("bodies", name, runBody));
});
