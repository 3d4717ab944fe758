// An origin of the demo without a packager: the test says what is on show.

import { loadMediaLibrary } from "../../infra/local/demo/media-library.ts";
import { makeOriginContent } from "../../infra/local/demo/origin-content.ts";
import { makeOriginServer, type OriginServer } from "../../infra/local/demo/origin-server.ts";
import type { LiveScheme } from "../../infra/local/demo/playlist-text.ts";
import type { SegmentWindow } from "../../infra/local/demo/segment-clock.ts";
import { makeSegmentShelf } from "../../infra/local/demo/segment-shelf.ts";
import { makeVodTree } from "../../infra/local/demo/vod-tree.ts";

/** The newest segment on show at the start of each test, an ordinary day in 2026. */
export const LAST_MSN = 13_967_491;
export const SEGMENT = `/v360/${LAST_MSN}.m4s`;

export function windowAt(lastMsn: number): SegmentWindow {
  return { firstMsn: lastMsn - 9, lastMsn };
}

const library = await loadMediaLibrary();

export function startOrigin(
  scheme: LiveScheme,
  shown: () => SegmentWindow | undefined,
): Promise<OriginServer> {
  const shelf = makeSegmentShelf(scheme.clock);
  const content = makeOriginContent({ library, scheme, shelf, vod: makeVodTree(library) });
  return makeOriginServer({ content, shown });
}
