// Look-ups into a catalog, built once per catalog version and shared by every request of an
// isolate: a request must not search lists.

import type { AllowedHost, Catalog, Channel, Issuer, Origin } from "./catalog.ts";

export interface CatalogIndex {
  readonly catalog: Catalog;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly hosts: ReadonlyMap<string, AllowedHost>;
  readonly issuers: ReadonlyMap<string, Issuer>;
}

/** Indexes a checked catalog; ids are unique by then. */
export function toCatalogIndex(catalog: Catalog): CatalogIndex {
  return {
    catalog,
    channels: new Map(catalog.channels.map((channel) => [channel.id, channel])),
    origins: new Map(catalog.origins.map((origin) => [origin.id, origin])),
    hosts: new Map(catalog.hosts.map((host) => [host.alias, host])),
    issuers: new Map((catalog.issuers ?? []).map((issuer) => [issuer.id, issuer])),
  };
}
