// What the preload worker is bound to; see wrangler.toml beside this file. S3 credentials are
// further secrets, WEIR_S3_{name}, found by platform/secrets.ts.

import type {
  EventListApi,
  LibraryListerApi,
  OriginPaceApi,
  PreloadEventApi,
  RegionGateApi,
  WarmAgentApi,
} from "../core/contract/objects.ts";
import type { WarmBatch } from "../core/contract/warming.ts";
import type { Objects } from "../platform/objects.ts";

export interface Env {
  readonly EVENTS: Objects<PreloadEventApi>;
  readonly EVENT_LIST: Objects<EventListApi>;
  readonly LISTERS: Objects<LibraryListerApi>;
  readonly PACES: Objects<OriginPaceApi>;
  readonly WARM_AGENTS: Objects<WarmAgentApi>;
  readonly GATES: Objects<RegionGateApi>;
  /** The edge's hot tier, looked at for receipts; a deployment without R2 leaves it out. */
  readonly HOT_TIER?: R2Bucket;
  /** Where edges read the listings of libraries. */
  readonly POLICY: KVNamespace;
  /** Region whose gate is asked for the catalog. */
  readonly WEIR_HOME_REGION: string;
  readonly WEIR_LOG?: string;
  readonly BATCHES: Queue<WarmBatch>;
  /** Secret: the private key of receipts, a JWK of an Ed25519 or P-256 key with `kid`. */
  readonly WEIR_RECEIPT_KEY?: string;
}
