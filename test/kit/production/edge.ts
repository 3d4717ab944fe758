// The edge worker under the production shim.

import worker, * as edge from "../../../workers/edge/index.ts";
import { shimEntrypoint, shimHandlers, shimObject } from "./wrap.ts";

export const CachedFile = shimEntrypoint(edge.CachedFile);
export const Delivery = shimEntrypoint(edge.Delivery);
export const ChannelCoordinator = shimObject(edge.ChannelCoordinator);
export const ChannelRelay = shimObject(edge.ChannelRelay);
export const PlaylistSource = shimObject(edge.PlaylistSource);
export const LibraryGuard = shimObject(edge.LibraryGuard);
export const Filler = shimObject(edge.Filler);
export const RegionGate = shimObject(edge.RegionGate);
export const WarmAgent = shimObject(edge.WarmAgent);
export default shimHandlers(worker as never);
