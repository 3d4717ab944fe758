// The words between an isolate of the edge and a filler, the object that reads the origins for all
// of them. An order is complete: a filler knows no catalog and no policy. A file's bytes come as a
// stream that the filler's own fill feeds; times travel inside `meta` as stamps of the machine that
// asked the origin, because they are shown to viewers as ages in whole seconds.

import type { Origin } from "../config/catalog.ts";
import type { ChannelChoice } from "./policy.ts";

/** What to fetch, and from whom. */
export interface FillOrder<Asset> {
  readonly contract: number;
  /** Canonical key: channel, timeline, path. */
  readonly key: string;
  /** Region whose relay is asked for a file's other names. */
  readonly region: string;
  readonly asset: Asset;
  readonly choice: ChannelChoice;
  /** On whose behalf; see core/origin/bulkhead.ts. A viewer's if absent. */
  readonly cause?: string;
  /** The origins that the channel and its storages name. */
  readonly origins: readonly Origin[];
}

export type FillAnswer<Head, Body> =
  /** The origins have not answered yet; ask again at once. */
  | { readonly kind: "waiting" }
  | { readonly kind: "file"; readonly head: Head; readonly body: Body }
  /** The bytes may not be shared: fetch them yourself. */
  | { readonly kind: "private" }
  | {
      readonly kind: "problem";
      readonly reason: string;
      readonly detail: string;
      readonly originId: string | null;
      readonly isAbsence: boolean;
    };
