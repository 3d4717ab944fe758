// Names the rules by which a playlist was made from its origin's, as far as the catalog can change
// them. For the shelf: a finished playlist may be kept for a day, and an operator who forbids a
// host, changes a lifetime or moves an origin does not want to wait for that. The order of origins
// is no such rule; who feeds a channel changes all the time. What the code itself does to a
// playlist is named by the form of entries in platform/playlist-cache.ts.

import { toFingerprint } from "../platform/encoding.ts";
import type { Situation } from "./ports.ts";

/**
 * The rules by which this channel's playlists are rewritten, as far as the catalog can change them:
 * a copy that was made by others is not shown, however fresh it is. Null: the origin it came from
 * is the channel's no more.
 */
export function toRecipe(situation: Situation, originId: string): string | null {
  const { asset, index } = situation;
  const { id, policy, origins } = asset.channel;
  const recipes = recipesOf.get(index) ?? new Map<string, string | null>();
  recipesOf.set(index, recipes);
  const name = `${id} ${originId}`;
  let recipe = recipes.get(name);
  if (recipe === undefined) {
    const place = origins.find((each) => each.id === originId);
    const isGone = place === undefined && !originId.startsWith("@");
    const rules = [policy.beyondPrefix, policy.unknownHosts, policy.ttl, policy.steering];
    const from = [index.catalog.hosts, index.origins.get(originId), place?.prefix];
    recipe = isGone ? null : toFingerprint(JSON.stringify([rules, from]));
    recipes.set(name, recipe);
  }
  return recipe;
}

/** A catalog's fingerprints are worked out once, and go with it. */
const recipesOf = new WeakMap<object, Map<string, string | null>>();
