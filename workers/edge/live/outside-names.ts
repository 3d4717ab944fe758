// Names of a live channel's playlists that are not the ledger's: the isolate that reads such a
// playlist from its origin tells them to the coordinator, before anybody is shown them, so that
// every other isolate can ask about them like about any name.

import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { Ports, Situation } from "../ports.ts";
import { readNames } from "./playlist-names.ts";

/** A viewer waits for no more than a round trip between neighbours of one continent. */
const TELL_MS_MAX = 100;

/** Tells the names of a version that was just read; does nothing for channels without a ledger. */
export async function announceOutside(
  { asset }: Situation,
  version: PlaylistVersion,
  ports: Ports,
): Promise<void> {
  const { channel, assetPath } = asset;
  if (channel.mode !== "live") return;
  const playlist = printAssetPath(assetPath);
  const read = readNames(channel, playlist, await version.identity.text());
  if (read === null || read.names.length === 0) return;
  const { names, windowMs } = read;
  ports.isolate.names(channel.id).note(playlist, names, windowMs, readClockMs());
  const list = { contract: CONTRACT_VERSION, channel: channel.id, playlist, names, windowMs };
  const told = ports
    .live(channel.id)
    .relay(0)
    .announce(list)
    .catch(() => undefined);
  ports.waitUntil(told);
  await Promise.race([told, sleep(TELL_MS_MAX)]);
}
