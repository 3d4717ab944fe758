// The preload worker under the production shim.

import worker, * as preload from "../../../workers/preload/index.ts";
import { shimHandlers, shimObject } from "./wrap.ts";

export const LibraryLister = shimObject(preload.LibraryLister);
export const PreloadEvent = shimObject(preload.PreloadEvent);
export default shimHandlers(worker as never);
