// Counts files of libraries that viewers had, for the hot tracker (core/warm/hot-tracker.ts). By
// the path as it was asked for, without the viewer's token. Live files are not counted, because
// what a live channel announces is fetched ahead anyway.

import type { Asset } from "../core/resolve/asset.ts";

/** Files counted between two batches; a busy isolate has some hundred requests in that time. */
const FILES_MAX = 512;

/** Counts one answer. */
export function countFile(
  path: string,
  asset: Asset | undefined,
  files: Map<string, number>,
): void {
  if (asset?.channel.mode !== "vod" || asset.query !== "") return;
  if (asset.kind !== "segment" && asset.kind !== "init-or-segment") return;
  const name = path.replace(/^\/(?:~[^/]*\/)?/, "");
  const count = files.get(name);
  if (count !== undefined || files.size < FILES_MAX) files.set(name, (count ?? 0) + 1);
}
