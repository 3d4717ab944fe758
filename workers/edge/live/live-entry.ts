// One live playlist in an isolate: what was heard of it last, the forms in which it is sent, and
// who waits for more.

import type { HeldPlaylist } from "../../core/cache/live-shelf.ts";
import type { Channel } from "../../core/config/catalog.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { ReadyReply } from "./fast-path.ts";
import type { Form, FormName } from "./forms.ts";
import { toLivePlaylistVersion } from "./live-version.ts";
import { Parking } from "./parking.ts";

export interface LiveEntry {
  held: HeldPlaylist | null;
  /** The plain form of the newest version. */
  version: PlaylistVersion | null;
  askedAtMs: number;
  /** Other forms of it; see forms.ts. */
  readonly forms: Map<FormName, Form>;
  /** Headers of each form; see fast-path.ts. */
  readonly ready: Map<FormName, ReadyReply>;
  /** Requests that wait for the next version. */
  readonly parking: Parking;
  channel: Channel;
}

/** One that nothing has been heard of. */
export function toLiveEntry(channel: Channel, nowMs: number): LiveEntry {
  return {
    held: null,
    version: null,
    askedAtMs: nowMs,
    forms: new Map(),
    ready: new Map(),
    parking: new Parking(),
    channel,
  };
}

function toSteering({ policy }: Channel): string {
  return JSON.stringify(policy.steering ?? null);
}

/** Takes a channel of a newer catalog; what that changes in the text is shown at once. */
export function applyChannel(entry: LiveEntry, channel: Channel, nowMs: number): void {
  const { held, version: shown } = entry;
  if (entry.channel === channel) return;
  const isTurned = toSteering(entry.channel) !== toSteering(channel);
  entry.channel = channel;
  const version = held?.version ?? null;
  if (!isTurned || held === null || version === null || version.facts !== null) return;
  entry.version = toLivePlaylistVersion(channel, held, version, shown, nowMs);
}
