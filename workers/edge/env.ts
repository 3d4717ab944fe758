// What the edge worker is bound to; see wrangler.toml at the root of the repository.
// S3 credentials are further secrets, WEIR_S3_{name}, found by platform/secrets.ts.

import type {
  ChannelCoordinatorApi,
  ChannelRelayApi,
  LibraryGuardApi,
  PlaylistSourceApi,
  RegionGateApi,
  WarmAgentApi,
} from "../core/contract/objects.ts";
import type { Objects } from "../platform/objects.ts";
import type { FileFiller } from "./fill/hot-source.ts";

export interface Env {
  readonly GATES: Objects<RegionGateApi>;
  readonly WARM_AGENTS: Objects<WarmAgentApi>;
  readonly SOURCES: Objects<PlaylistSourceApi>;
  readonly COORDINATORS: Objects<ChannelCoordinatorApi>;
  readonly RELAYS: Objects<ChannelRelayApi>;
  readonly LIBRARIES: Objects<LibraryGuardApi>;
  readonly FILLERS: Objects<FileFiller>;
  /** The hot tier; a deployment without R2 leaves it out. */
  readonly HOT_TIER?: R2Bucket;
  /** Policy and listings: written by control and preload, read here. */
  readonly POLICY: KVNamespace;
  readonly WEIR_CACHE_HOST: string;
  readonly WEIR_CACHE_PARTITION: string;
  readonly WEIR_REGION: string;
  readonly WEIR_LOG: string;
}
