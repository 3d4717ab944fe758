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

/**
 * The calls of an object's class as holders of a stub make them: each with a promise. For objects
 * of the same worker, whose class is known; the platform's own type of a stub gives up on unions.
 */
export type Remote<Class> = {
  readonly [Name in keyof Class as Class[Name] extends Call ? Name : never]: Class[Name] extends (
    ...words: infer Words
  ) => infer Answer
    ? (...words: Words) => Promise<Awaited<Answer>>
    : never;
};
type Call = (...words: never[]) => unknown;

/** The object that serves a region: named after it and standing in it. */
export function regionObject<Api>(objects: Objects<Api>, region: string): Api {
  const locationHint = LOCATION_HINTS.find((hint) => hint === region);
  return objects.getByName(region, locationHint === undefined ? {} : { locationHint });
}
