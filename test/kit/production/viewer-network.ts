// Gives requests the autonomous system number that Cloudflare would tell: that of the request's
// header `x-shim-asn`. A request without it comes from nowhere, as everywhere on a local machine.
//
// Gaps against the real thing: nothing else of `cf` is there that would go with a network (its
// organisation, its place), and a network is no slower or worse for being named.

/** The request, with its network in `cf`. */
export function withNetwork(request: Request): Request {
  const network = Number(request.headers.get("x-shim-asn") ?? 0);
  if (network > 0) {
    Object.defineProperty(request, "cf", { value: { ...request.cf, asn: network } });
  }
  return request;
}
