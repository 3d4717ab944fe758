// One request of a playlist source, from sending to judging: what an origin said becomes a look, or
// a failure that names what was wrong with it. Half a playlist, a page of HTML and silence are
// failures like a refused connection.

import { type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import { printPlaylistFailure } from "../../core/hls/failure.ts";
import { defaultPlaylistLimits } from "../../core/hls/limits.ts";
import { parsePlaylist } from "../../core/hls/parse-playlist.ts";
import { type Look, type Reach, toMediaLook } from "../../core/origin/look.ts";
import type { OriginPort, OriginRequest } from "../../core/origin/port.ts";
import { decideReply } from "../../core/origin/reply.ts";
import { readText } from "../../platform/body.ts";
import type { OriginBody } from "../../platform/origin-fetch.ts";

const PLAYLIST_BYTES_MAX = 16 * 1024 * 1024;
const BODY_MS_MAX = 4_000;

/** What an origin last sent. */
export interface Seen {
  readonly text: string;
  readonly etag: string | null;
}

export type LookReading =
  | { readonly kind: "look"; readonly look: Look; readonly seen: Seen | null }
  | OriginFailure;

/** Asks and judges; `seen` and `reach` are those of this origin's last good answer. */
export async function readLook(
  origins: OriginPort<OriginBody>,
  request: OriginRequest,
  seen: Seen | null,
  reach: Reach | null,
): Promise<LookReading> {
  const originId = request.origin.id;
  const reply = await origins.send(request);
  if (reply.kind === "origin-failure") return reply;
  const verdict = decideReply(reply);
  if (verdict.kind !== "body") await reply.body?.cancel();
  if (verdict.kind === "origin-failure") return verdict;
  if (verdict.kind === "unchanged") return { kind: "look", look: UNCHANGED, seen };
  const reading = await readText(reply, PLAYLIST_BYTES_MAX, BODY_MS_MAX);
  if (reading.kind === "origin-failure") return reading;
  const now = { text: reading.text, etag: reply.header("etag") };
  if (now.text === seen?.text) return { kind: "look", look: UNCHANGED, seen: now };
  const playlist = parsePlaylist(now.text, defaultPlaylistLimits, reading.bytes);
  if (playlist.kind === "failure") {
    const failure = playlist.reason === "not-a-playlist" ? "not-a-playlist" : "bad-playlist";
    return toOriginFailure(originId, failure, `${originId}, ${printPlaylistFailure(playlist)}`);
  }
  const look = playlist.kind === "media" ? toMediaLook(playlist, reach) : MULTIVARIANT;
  return { kind: "look", look, seen: now };
}

const UNCHANGED: Look = { kind: "unchanged" };
const MULTIVARIANT: Look = { kind: "multivariant" };
