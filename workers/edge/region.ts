// Which region a viewer is in, as the name of the gate and the warm agent that serve it.
// Cloudflare tells the continent and, in the Americas and Europe, we cut it once more by longitude,
// as its location hints do.

import { LOCATION_HINTS, type LocationHint } from "../platform/objects.ts";

const BY_CONTINENT: Readonly<Record<string, LocationHint>> = {
  AF: "afr",
  AS: "apac",
  OC: "oc",
  SA: "sam",
  AN: "oc",
};
/** West of this lies wnam, east of it enam. */
const AMERICAS_LONGITUDE = -97;
/** West of this lies weur, east of it eeur. */
const EUROPE_LONGITUDE = 16;

/** The region of a request; `configured` where the platform does not say. */
export function toRegion(cf: unknown, configured: string): string {
  if (configured !== "") return configured;
  const { continent, longitude } = (cf ?? {}) as { continent?: unknown; longitude?: unknown };
  const degrees = Number(longitude ?? 0);
  if (continent === "NA") return degrees < AMERICAS_LONGITUDE ? "wnam" : "enam";
  if (continent === "EU") return degrees < EUROPE_LONGITUDE ? "weur" : "eeur";
  return BY_CONTINENT[String(continent)] ?? LOCATION_HINTS[1];
}
