// The HTTP answer of an origin to one request for a resource that exists (RFC 9110).
//
// Pure: a resource and the request's own words go in, a status, headers and a byte range come out.
// Conditions come first (If-None-Match before If-Modified-Since), then Range, which counts only if
// If-Range names the current version by its strong ETag. One range is honoured; a list of ranges
// is answered whole, as the standard allows. It writes to no socket and knows no faults.

export interface Resource {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Strong and quoted. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly cacheControl: string;
  readonly rangeable: boolean;
}

/** The request headers that matter here, as Node spells them. */
export interface RequestWords {
  readonly "if-none-match"?: string | undefined;
  readonly "if-modified-since"?: string | undefined;
  readonly "if-range"?: string | undefined;
  readonly range?: string | undefined;
}

export interface Answer {
  readonly status: 200 | 206 | 304 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of the body, `to` not included; none when both are equal. */
  readonly from: number;
  readonly to: number;
}

export function decideAnswer(resource: Resource, request: RequestWords): Answer {
  const byteSize = resource.bytes.byteLength;
  const headers: Record<string, string> = {
    etag: resource.etag,
    "last-modified": new Date(resource.lastModifiedMs).toUTCString(),
    "cache-control": resource.cacheControl,
    "access-control-allow-origin": "*",
  };
  if (isUnchanged(resource, request)) return { status: 304, headers, from: 0, to: 0 };
  headers["content-type"] = resource.contentType;
  if (resource.rangeable) headers["accept-ranges"] = "bytes";
  const range = resource.rangeable ? parseRange(request, resource.etag, byteSize) : undefined;
  if (range === "unsatisfiable") {
    headers["content-range"] = `bytes */${byteSize}`;
    headers["content-length"] = "0";
    return { status: 416, headers, from: 0, to: 0 };
  }
  if (range !== undefined) {
    headers["content-range"] = `bytes ${range.from}-${range.to - 1}/${byteSize}`;
    headers["content-length"] = `${range.to - range.from}`;
    return { status: 206, headers, ...range };
  }
  headers["content-length"] = `${byteSize}`;
  return { status: 200, headers, from: 0, to: byteSize };
}

function isUnchanged(resource: Resource, request: RequestWords): boolean {
  const tags = request["if-none-match"];
  if (tags !== undefined) {
    // If-None-Match compares weakly: a W/ in front of a tag does not matter.
    const known = tags.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return known.includes("*") || known.includes(resource.etag);
  }
  const sinceMs = Date.parse(request["if-modified-since"] ?? "");
  // HTTP dates have whole seconds; NaN compares false.
  return Math.floor(resource.lastModifiedMs / 1000) * 1000 <= sinceMs;
}

type ByteRange = { readonly from: number; readonly to: number };

function parseRange(
  request: RequestWords,
  etag: string,
  byteSize: number,
): ByteRange | "unsatisfiable" | undefined {
  const condition = request["if-range"];
  if (condition !== undefined && condition !== etag) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.range ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const count = Math.min(Number(last), byteSize);
    return count === 0 ? "unsatisfiable" : { from: byteSize - count, to: byteSize };
  }
  const from = Number(first);
  const to = last === "" ? byteSize : Math.min(Number(last) + 1, byteSize);
  if (last !== "" && Number(last) < from) return undefined;
  return from >= byteSize ? "unsatisfiable" : { from, to };
}
