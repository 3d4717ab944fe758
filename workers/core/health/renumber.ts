// What a new catalog does to the timelines of its channels: nothing, unless it changes which bytes
// a channel's names mean. Then the channel starts over under numbers that were never used, because
// caches all over the world may hold the old ones.

import type { Catalog, Channel } from "../config/catalog.ts";
import { type TimelineState, toInitialTimelines } from "./timelines.ts";

/** The timelines under a new catalog. Removed channels are kept: their numbers are spent. */
export function toRenumberedAll(
  states: ReadonlyMap<string, TimelineState>,
  former: Catalog | null,
  catalog: Catalog,
): Map<string, TimelineState> {
  const kept = new Map(states);
  for (const channel of catalog.channels) {
    const state = states.get(channel.id);
    const isSame =
      former !== null &&
      toBytesIdentity(former, channel.id) === toBytesIdentity(catalog, channel.id);
    kept.set(channel.id, isSame && state !== undefined ? state : toRenumbered(channel, state));
  }
  return kept;
}

/**
 * Everything that decides which bytes a channel's names mean: its origins, where they stand, and
 * what the operator says of them. Other settings may change without a new timeline, or every file
 * that viewers hold the name of would be gone in the middle of a film.
 */
function toBytesIdentity(catalog: Catalog, channelId: string): string | null {
  const channel = catalog.channels.find(({ id }) => id === channelId);
  if (channel === undefined) return null;
  const ids = channel.origins.flatMap(({ id, segments }) => [id, segments?.id]);
  const origins = catalog.origins
    .filter(({ id }) => ids.includes(id))
    // How much an origin can carry changes nothing about its bytes.
    .map((origin) => ({ ...origin, capacity: undefined }));
  return JSON.stringify([channel.mode, channel.policy.replicas, channel.origins, origins]);
}

/** A changed channel starts over, but never reuses a timeline's number. */
function toRenumbered(channel: Channel, before: TimelineState | undefined): TimelineState {
  const fresh = toInitialTimelines(
    channel.policy.replicas,
    channel.origins.map(({ id }) => id),
  );
  const shift = before?.nextN ?? 0;
  return {
    nextN: fresh.nextN + shift,
    timelines: fresh.timelines.map((timeline) => ({ ...timeline, n: timeline.n + shift })),
  };
}

/** Who is in which timeline, as one word; for finding out whether that has changed. */
export function toMembership(state: TimelineState): string {
  return state.timelines.map(({ n, origins }) => `${n}:${origins.join("+")}`).join(" ");
}

/** Channels that a new catalog makes start over; for people who look before they apply. */
export function toRenumberedIds(former: Catalog | null, catalog: Catalog): readonly string[] {
  if (former === null) return [];
  return catalog.channels
    .map(({ id }) => id)
    .filter((id) => former.channels.some((channel) => channel.id === id))
    .filter((id) => toBytesIdentity(former, id) !== toBytesIdentity(catalog, id));
}
