// A file on its way: the running fill with the words of the media road. For the pump that owns it
// and for everybody who reads along.

import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { RunningFill } from "../../platform/running-fill.ts";
import type { FillHead } from "./fill-head.ts";

export type FileFill = RunningFill<FillHead, OriginProblem>;
