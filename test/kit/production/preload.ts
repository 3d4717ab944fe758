// The preload worker under the production shim.

import worker, * as preload from "../../../workers/preload/index.ts";
import { shimHandlers, shimObject } from "./wrap.ts";

export const EventList = shimObject(preload.EventList);
export const LibraryLister = shimObject(preload.LibraryLister);
export const OriginPace = shimObject(preload.OriginPace);
export const PreloadEvent = shimObject(preload.PreloadEvent);
export default shimHandlers(worker as never);
