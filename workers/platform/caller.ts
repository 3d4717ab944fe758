// What a request says about who sends it, in plain values: where a token may stand, and what a
// token may be bound to. Everything is read when it is asked for, because most requests are judged
// by their path alone and each look at the platform's request costs. Addresses go into decisions
// and nowhere else: not into logs, keys or metrics. It does NOT decide anything.

import { TOKEN_FIELD, type TokenFields } from "../core/token/carriage.ts";
import type { AccessRequest } from "../core/token/decide-access.ts";
import { parseAddress } from "../core/token/network.ts";

export interface Caller {
  fields(): TokenFields;
  /** The request as a decision about access needs it; `path` canonical and without token. */
  asks(path: string, query: string, method: string): AccessRequest;
}

/** The caller behind a platform's request. */
export function makeCaller(request: Request): Caller {
  const read = (name: string): unknown => request.cf?.[name];
  return {
    fields: () => ({
      header: request.headers.get(TOKEN_FIELD),
      cookie: request.headers.get("cookie"),
    }),
    asks: (path, query, method) => ({
      ...toPlace(request.url),
      path,
      query,
      method,
      get address() {
        // Set by Cloudflare over whatever a viewer sends under this name.
        return parseAddress(request.headers.get("cf-connecting-ip") ?? "");
      },
      get system() {
        const asn = read("asn");
        return typeof asn === "number" ? asn : null;
      },
      get country() {
        return toCode(read("country"));
      },
      get subdivision() {
        return toCode(read("regionCode"));
      },
    }),
  };
}

function toCode(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The platform writes scheme and host in lower case, and leaves out the scheme's own port. */
function toPlace(url: string): { scheme: string; host: string; port: string } {
  const colon = url.indexOf("://");
  const host = url.slice(colon + 3, url.indexOf("/", colon + 3));
  const mark = host.lastIndexOf(":");
  const hasPort = mark > host.lastIndexOf("]");
  return {
    scheme: url.slice(0, colon),
    host: hasPort ? host.slice(0, mark) : host,
    port: hasPort ? host.slice(mark + 1) : "",
  };
}
