// What the preload worker is bound to; see wrangler.toml beside this file. S3 credentials are
// further secrets, WEIR_S3_{name}, found by platform/secrets.ts.

import type { PreloadEventApi, RegionGateApi, WarmAgentApi } from "../core/contract/objects.ts";
import type { WarmBatch } from "../core/contract/warming.ts";
import type { Objects } from "../platform/objects.ts";

export interface Env {
  readonly EVENTS: Objects<PreloadEventApi>;
  readonly WARM_AGENTS: Objects<WarmAgentApi>;
  readonly GATES: Objects<RegionGateApi>;
  /** Where edges read the listings of libraries. */
  readonly POLICY: KVNamespace;
  /** Region whose gate is asked for the catalog. */
  readonly WEIR_HOME_REGION: string;
  readonly BATCHES: Queue<WarmBatch>;
}
