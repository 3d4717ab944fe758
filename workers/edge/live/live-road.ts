// What a request lends to a live channel while it owns the channel's call: the way to the relay,
// and what is done with news: a newer policy is read, a version's names are noted and its files
// are fetched while nobody waits for them yet.

import type { Channel } from "../../core/config/catalog.ts";
import { planAnnouncedPrefetch } from "../../core/warm/announced-prefetch.ts";
import { readClockMs } from "../../platform/clock.ts";
import { LOCATION_HINTS, regionObject } from "../../platform/objects.ts";
import type { Env } from "../env.ts";
import type { Ports } from "../ports.ts";
import { prefetch } from "../prefetch.ts";
import type { LiveRoad } from "./live-channel.ts";

/** The road of one request to one channel. */
export function makeLiveRoad(channelId: string, env: Env, ports: Ports): LiveRoad {
  const { isolate, region, waitUntil } = ports;
  const readPolicy = () => {
    return isolate.policy.read(() => regionObject(env.GATES, region), env.POLICY, waitUntil);
  };
  return {
    relay: (shard) => {
      const locationHint = LOCATION_HINTS.find((hint) => hint === region);
      const hint = locationHint === undefined ? {} : { locationHint };
      return env.RELAYS.getByName(`${channelId}@${region}/${shard}`, hint);
    },
    region,
    asker: isolate.live.asker,
    waitUntil,
    onPolicy: (version) => {
      if (version > isolate.policy.version()) waitUntil(readPolicy());
    },
    onVersion: (channel: Channel, playlist: string, text: string) => {
      const names = isolate.names(channel.id);
      const fresh = names.read(channel, playlist, text, readClockMs());
      for (const name of planAnnouncedPrefetch(fresh)) {
        prefetch({ channelId: channel.id, name, cause: "announced" }, readPolicy, ports);
      }
    },
  };
}
