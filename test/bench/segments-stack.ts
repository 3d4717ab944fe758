// The real stack in front of origins of segments, for the bench of segments: three workers under
// the production shim, N edges with caches of their own.

import type { Stack } from "../../infra/local/stack.ts";
import { readSteadyMs } from "../kit/live/clock.ts";
import type { StationOptions } from "../kit/live/station.ts";
import type { SegmentStation } from "../kit/segments/segment-station.ts";
import { startLiveStack } from "./live-stack.ts";

export interface SegmentChannel {
  readonly id: string;
  readonly mode: "live" | "vod";
  readonly origins: readonly { readonly id: string; readonly url: string }[];
  /** Further TOML below [channels.policy]. */
  readonly policy?: string;
}

export function startSegmentStack(
  channels: readonly SegmentChannel[],
  edges: number,
  shim: object | null,
): Promise<Stack> {
  return startLiveStack({ edges, catalog: printCatalog(channels), shim });
}

function printCatalog(channels: readonly SegmentChannel[]): string {
  const origins = new Map(
    channels.flatMap(({ origins }) => origins.map(({ id, url }) => [id, url])),
  );
  const tables = [...origins].map(
    ([id, url]) => `[[origins]]\nid = "${id}"\nkind = "http"\nurl = "${url}"\n`,
  );
  for (const { id, mode, origins: own, policy = "" } of channels) {
    const places = own.map((origin) => `{id = "${origin.id}", prefix = "/${id}"}`).join(", ");
    tables.push(
      `[[channels]]\nid = "${id}"\nmode = "${mode}"\nplaylist = "master.m3u8"\n` +
        `origins = [${places}]\n[channels.policy]\nreplicas = "identical"\n${policy}\n`,
    );
  }
  return [...tables, "[probe]\ninterval_ms = 60000\n"].join("\n");
}

const PAST_MS = 60_000;
export const SEGMENT_MS = 2_000;

/** An origin 40 ms away that has been on the air for a minute. */
export function toStation(
  name: string,
  renditionBytes: Readonly<Record<string, number>>,
  more: Partial<SegmentStation> = {},
): SegmentStation {
  const live: StationOptions = {
    name,
    letter: "a",
    schedule: {
      seed: 7,
      startMs: readSteadyMs() - PAST_MS,
      segmentMs: SEGMENT_MS,
      jitterShare: 0.1,
      boundMs: 200,
    },
    delayMs: 0,
    msnOffset: 0,
    epochMs: Date.now() - PAST_MS - SEGMENT_MS,
    windowCount: 8,
    dates: "each",
    renditions: Object.keys(renditionBytes),
    blocking: false,
    latencyMs: { there: 40, back: 0 },
    cacheControl: "max-age=1",
  };
  return { name, live, renditionBytes, latencyMs: 40, pieceMs: 0, ...more };
}
