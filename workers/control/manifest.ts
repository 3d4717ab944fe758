// Reads a channel's playlist from one of its origins as the origin wrote it, so that an operator
// can lay it beside what viewers get. Reads what the catalog names and nothing else: the viewer's
// path is parsed as the edge does, and only a playlist is shown.

import type { Catalog, Channel, Origin, OriginPlace } from "../core/config/catalog.ts";
import { printPlaylistFailure } from "../core/hls/failure.ts";
import { parsePlaylist } from "../core/hls/parse-playlist.ts";
import { VIEWER_HEADERS_NONE } from "../core/http/request.ts";
import { isWithinBucket } from "../core/origin/attempts.ts";
import { toEncodedPath, toPlaceUrl } from "../core/origin/place.ts";
import { parseRoute } from "../core/route/route.ts";
import { readText } from "../platform/body.ts";
import { makeOriginPort } from "../platform/origin-fetch.ts";

const WAIT_MS_MAX = 5_000;
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export type ManifestReading =
  | {
      readonly kind: "manifest";
      readonly channel: string;
      readonly path: string;
      readonly origin: string;
      readonly text: string;
      readonly latencyMs: number;
    }
  | { readonly kind: "unknown" | "refused" | "failed"; readonly detail: string };

/** What the origin has, or why it cannot be shown. Without `originId`: the first in `order`. */
export async function readManifest(
  env: object,
  catalog: Catalog | null,
  target: string,
  originId: string | null,
  order: (channelId: string) => readonly string[],
): Promise<ManifestReading> {
  const [path = "", query = ""] = target.split("?");
  const route = parseRoute({ method: "GET", path, query, headers: VIEWER_HEADERS_NONE, nowMs: 0 });
  if (route.kind !== "asset" || route.asset.label.kind !== "timeline") {
    const detail = route.kind === "refused" ? route.detail : "It is no playlist of a channel.";
    return { kind: "refused", detail: `url: ${detail}` };
  }
  const channel = catalog?.channels.find(({ id }) => id === route.channel);
  if (channel === undefined) {
    return { kind: "unknown", detail: `The catalog has no channel "${route.channel}".` };
  }
  const wanted = originId ?? order(channel.id)[0] ?? channel.origins[0]?.id;
  const found = findPlace(catalog, channel, wanted);
  if (found === null) {
    const known = channel.origins.map(({ id }) => id).join(", ");
    return { kind: "unknown", detail: `origin: "${channel.id}" is read from ${known}.` };
  }
  return readFrom(env, found, { channel: channel.id, path: route.asset.path });
}

interface Found {
  readonly origin: Origin;
  readonly place: OriginPlace;
}

function findPlace(
  catalog: Catalog | null,
  channel: Channel,
  originId: string | undefined,
): Found | null {
  const place = channel.origins.find(({ id }) => id === originId);
  const origin = catalog?.origins.find(({ id }) => id === originId);
  return place === undefined || origin === undefined ? null : { origin, place };
}

async function readFrom(
  env: object,
  { origin, place }: Found,
  { channel, path }: { readonly channel: string; readonly path: string },
): Promise<ManifestReading> {
  const url = toPlaceUrl(origin, place) + toEncodedPath(path);
  if (!isWithinBucket({ origin, url }))
    return { kind: "refused", detail: "url: leaves the origin." };
  const port = makeOriginPort(env, "weir-probe");
  const reply = await port.send({
    ...{ origin, url, method: "GET", ifNoneMatch: null },
    headerTimeoutMs: WAIT_MS_MAX,
  });
  if (reply.kind === "origin-failure") return { kind: "failed", detail: `${reply.detail}.` };
  if (reply.status !== 200) {
    await reply.body?.cancel();
    return { kind: "failed", detail: `${origin.id} answers ${reply.status} for ${path}.` };
  }
  const reading = await readText(reply, BODY_BYTES_MAX, WAIT_MS_MAX);
  if (reading.kind === "origin-failure") return { kind: "failed", detail: `${reading.detail}.` };
  const { text } = reading;
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure" && playlist.reason === "not-a-playlist") {
    const words = printPlaylistFailure(playlist);
    return {
      kind: "refused",
      detail: `url: what ${origin.id} has there is no playlist: ${words}.`,
    };
  }
  return { kind: "manifest", channel, path, origin: origin.id, text, latencyMs: reply.latencyMs };
}
