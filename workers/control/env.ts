// What the control worker is bound to; see wrangler.toml beside this file.

import type {
  EventListApi,
  LibraryListerApi,
  PreloadEventApi,
  RegionGateApi,
} from "../core/contract/objects.ts";
import type { Objects } from "../platform/objects.ts";
import type { CatalogStore } from "./catalog-store.ts";
import type { HealthCentre } from "./health-centre.ts";
import type { Prober } from "./prober.ts";

export interface Env {
  readonly CATALOGS: DurableObjectNamespace<CatalogStore>;
  readonly HEALTH: DurableObjectNamespace<HealthCentre>;
  readonly PROBERS: DurableObjectNamespace<Prober>;
  readonly GATES: Objects<RegionGateApi>;
  readonly EVENTS: Objects<PreloadEventApi>;
  readonly EVENT_LIST: Objects<EventListApi>;
  readonly LISTERS: Objects<LibraryListerApi>;
  readonly POLICY: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly WEIR_REGIONS: string;
  readonly WEIR_EDGE_URL: string;
  readonly WEIR_OPEN_READ: string;
  readonly WEIR_ALLOW_IP_ORIGINS: string;
  readonly WEIR_DEMO_URL: string;
  /** Secret: one static token per line or comma, `name:scope+scope:sha256hex`. */
  readonly WEIR_API_TOKENS?: string;
  /** Local stack only: the development token, shown to the console. */
  readonly WEIR_DEV_TOKEN?: string;
}
