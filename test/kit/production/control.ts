// The control worker under the production shim.

import worker, * as control from "../../../workers/control/index.ts";
import { shimHandlers, shimObject } from "./wrap.ts";

export const AlertDesk = shimObject(control.AlertDesk);
export const AuditStore = shimObject(control.AuditStore);
export const CallerDesk = shimObject(control.CallerDesk);
export const CatalogStore = shimObject(control.CatalogStore);
export const HealthCentre = shimObject(control.HealthCentre);
export const HostDesk = shimObject(control.HostDesk);
export const HotKeeper = shimObject(control.HotKeeper);
export const Prober = shimObject(control.Prober);
export default shimHandlers(worker as never);
