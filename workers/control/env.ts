// What the control worker is bound to; see wrangler.toml beside this file.

import type {
  ChannelCoordinatorApi,
  EventListApi,
  LibraryListerApi,
  PreloadEventApi,
  RegionGateApi,
  WarmAgentApi,
} from "../core/contract/objects.ts";
import type { Objects, Remote } from "../platform/objects.ts";
import type { AlertDeskApi } from "./alerts/alert-desk.ts";
import type { AuditStoreApi } from "./audit/audit-store.ts";
import type { CallerDeskApi } from "./callers/caller-desk.ts";
import type { CatalogStoreApi } from "./catalog-store.ts";
import type { HealthCentre } from "./health-centre.ts";
import type { HostDeskApi } from "./hosts/host-desk.ts";
import type { HotKeeperApi } from "./hot-keeper.ts";
import type { Prober } from "./prober.ts";

export interface Env {
  readonly CATALOGS: Objects<CatalogStoreApi>;
  readonly AUDIT: Objects<AuditStoreApi>;
  readonly DESKS: Objects<CallerDeskApi>;
  readonly HEALTH: Objects<Remote<HealthCentre>>;
  readonly PROBERS: DurableObjectNamespace<Prober>;
  readonly ALERTS: Objects<AlertDeskApi>;
  readonly HOSTS: Objects<HostDeskApi>;
  readonly HOT: Objects<HotKeeperApi>;
  readonly GATES: Objects<RegionGateApi>;
  readonly WARM_AGENTS: Objects<WarmAgentApi>;
  readonly COORDINATORS: Objects<ChannelCoordinatorApi>;
  readonly EVENTS: Objects<PreloadEventApi>;
  readonly EVENT_LIST: Objects<EventListApi>;
  readonly LISTERS: Objects<LibraryListerApi>;
  readonly POLICY: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly WEIR_REGIONS: string;
  readonly WEIR_EDGE_URL: string;
  /** Public URL of this worker, for links in alerts; empty: no links. */
  readonly WEIR_CONTROL_URL: string;
  readonly WEIR_OPEN_READ: string;
  readonly WEIR_ALLOW_IP_ORIGINS: string;
  readonly WEIR_DEMO_URL: string;
  /** Secret: one static token per line or comma, `name:scope+scope:sha256hex`. */
  readonly WEIR_API_TOKENS?: string;
  /** How fast one caller may ask: "requests per second:burst". */
  readonly WEIR_API_RATE?: string;
  /** How many wrong tokens one address may send in a minute. */
  readonly WEIR_API_WRONG_TOKENS?: string;
  /** Issuer of JWTs, as in `iss`; with WEIR_JWT_AUDIENCE, or none are taken. */
  readonly WEIR_JWT_ISSUER?: string;
  /** Audiences, one of which must be in `aud`; separated by blanks or commas. */
  readonly WEIR_JWT_AUDIENCE?: string;
  /** Where the issuer's keys are; empty: where Cloudflare Access has them. */
  readonly WEIR_JWT_KEYS_URL?: string;
  /** What holders of JWTs may do; see core/api/grants.ts. */
  readonly WEIR_JWT_GRANTS?: string;
  /** Where exports go; see export/store.ts. */
  readonly WEIR_EXPORT_ENDPOINT?: string;
  readonly WEIR_EXPORT_BUCKET?: string;
  readonly WEIR_EXPORT_PREFIX?: string;
  readonly WEIR_EXPORT_REGION?: string;
  /** Local stack only: the development token, shown to the console. */
  readonly WEIR_DEV_TOKEN?: string;
}
