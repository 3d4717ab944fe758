// Where an asset stands at an origin: the URL to ask for, built from catalog values and a decoded,
// checked path. No viewer input can choose the host: only ids of the catalog lead here.

import type { Origin, OriginPlace } from "../config/catalog.ts";

/** Encodes one decoded path, segment by segment; also what SigV4 signs (RFC 3986 unreserved). */
export function toEncodedPath(path: string): string {
  return path
    .split("/")
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");
}

/** Base URL of a channel at an origin, ending with "/". Playlists' URIs are resolved against it. */
export function toPlaceUrl(origin: Origin, place: OriginPlace): string {
  const below = toFolder(place.prefix.slice(1));
  if (origin.kind === "http") return origin.url + below;
  const key = toFolder(origin.prefix) + below;
  if (origin.addressing === "path") return `${origin.endpoint}/${origin.bucket}/${key}`;
  const scheme = origin.endpoint.slice(0, origin.endpoint.indexOf("://") + 3);
  return `${scheme}${origin.bucket}.${origin.endpoint.slice(scheme.length)}/${key}`;
}

/** Prefixes are plain text in the catalog, like asset paths; "" stays "". */
function toFolder(prefix: string): string {
  return prefix === "" ? "" : `${toEncodedPath(prefix)}/`;
}

/** Bucket and prefix of a storage that can be listed; null for an HTTP origin. */
export function toListedPlace(origin: Origin, place: OriginPlace): string | null {
  return origin.kind === "s3" ? toPlaceUrl(origin, place) : null;
}

/** Key of an object below an S3 origin's bucket. */
export function toObjectKey(origin: { readonly prefix: string }, place: OriginPlace, path: string) {
  return [origin.prefix, place.prefix.slice(1), path].filter((part) => part !== "").join("/");
}
