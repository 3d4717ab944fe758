// All live channels of one isolate.

import type { Channel } from "../../core/config/catalog.ts";
import type { LivePlace } from "./fast-path.ts";
import { LiveChannel } from "./live-channel.ts";

export interface LiveChannels {
  channel(channel: Channel): LiveChannel;
  readonly places: ReadonlyMap<string, LivePlace>;
  find(id: string): LiveChannel | null;
  /** Name of this isolate towards relays. Only within a request: chance needs one. */
  readonly asker: string;
}

/** Makes an empty set. One per isolate. */
export function makeLiveChannels(): LiveChannels {
  const channels = new Map<string, LiveChannel>();
  const places = new Map<string, LivePlace>();
  let asker = "";
  return {
    channel(channel) {
      const known = channels.get(channel.id);
      if (known !== undefined) {
        known.use(channel);
        return known;
      }
      const made = new LiveChannel(channel, places);
      channels.set(channel.id, made);
      return made;
    },
    places,
    find: (id) => channels.get(id) ?? null,
    get asker() {
      if (asker === "") asker = crypto.randomUUID();
      return asker;
    },
  };
}
