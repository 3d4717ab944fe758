// A namespace of Durable Objects as its callers see it: by name, with the calls of one contract.
// Narrower than the platform's own type on purpose: objects of other workers are known by their
// interface in core/contract, never by their class.

/** Where an object should stand; Cloudflare's location hints. */
export const LOCATION_HINTS = [
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "oc",
  "afr",
  "me",
] as const;
export type LocationHint = (typeof LOCATION_HINTS)[number];

export interface Objects<Api> {
  getByName(name: string, options?: { locationHint?: LocationHint }): Api;
}

/** The object that serves a region: named after it and standing in it. */
export function regionObject<Api>(objects: Objects<Api>, region: string): Api {
  const locationHint = LOCATION_HINTS.find((hint) => hint === region);
  return objects.getByName(region, locationHint === undefined ? {} : { locationHint });
}
