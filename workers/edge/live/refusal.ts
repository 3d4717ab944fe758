// Why a good playlist of an origin was not shown: in words for the log, and as the failure that a
// viewer's problem is named after. The ledger says only that it refused; what the rewriter says of
// the same playlist names the line, the reason and the remedy.

import type { LedgerPlace } from "../../core/continuity/event.ts";
import { type OriginFailure, toOriginFailure } from "../../core/health/failure.ts";
import type { Playlist } from "../../core/hls/playlist.ts";
import { parseAssetPath } from "../../core/route/asset-path.ts";
import { rewritePlaylist } from "../../core/transform/rewrite-uris.ts";

/** The failure behind a refusal; `words` are the ledger's. */
export function toRefusalFailure(
  originId: string,
  path: string,
  playlist: Playlist,
  place: LedgerPlace,
  words: string,
): OriginFailure {
  const asset = parseAssetPath(path);
  const playlistPath = asset.kind === "asset-path" ? asset.path : path;
  const result = rewritePlaylist(playlist, { ...place, playlistPath, timeline: 0 });
  if (result.kind !== "refused") {
    return toOriginFailure(originId, "bad-playlist", `${originId}: ${words}`);
  }
  const failure = result.reason === "beyond-prefix" ? "beyond-prefix" : "bad-playlist";
  const detail = `${originId}, line ${result.line}: ${result.detail} ${result.remedy}`;
  return toOriginFailure(originId, failure, detail);
}
