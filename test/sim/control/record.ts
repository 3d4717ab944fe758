// What is written down of a history while it is played: everything that the judge may look at.

import type { Policy } from "../../../workers/core/contract/policy.ts";
import type { AuditRecord } from "../../../workers/core/health/incidents/audit.ts";
import type { FeedChange } from "./coordinator-host.ts";
import type { Fetched, Shown } from "./edge-host.ts";
import type { PolicyReader } from "./gate-host.ts";
import type { Place } from "./network.ts";
import type { SimOrigin } from "./origin.ts";
import type { Plan } from "./plan.ts";

export interface Published {
  readonly atMs: number;
  readonly policy: Policy;
}

/** A record of control, and when it was really made. */
export type Recorded = AuditRecord & { readonly realMs: number };

export interface History {
  readonly plan: Plan;
  readonly origins: readonly SimOrigin[];
  readonly published: readonly Published[];
  readonly records: readonly Recorded[];
  readonly feeds: readonly FeedChange[];
  readonly coordinator: Place;
  readonly readers: readonly {
    readonly place: Place;
    readonly taken: PolicyReader["taken"];
  }[];
  readonly shown: ReadonlyMap<string, readonly Shown[]>;
  readonly fetched: ReadonlyMap<string, readonly Fetched[]>;
}
