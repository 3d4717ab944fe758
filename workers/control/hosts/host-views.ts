// What the API shows of delivery hosts: each pathway with its verdict, and what operators said of
// it. Ages instead of moments, so that no reader needs our clock.

import type { DeliveryHost } from "../../core/config/catalog.ts";
import type { HostWatch } from "../../core/steer/host-watch.ts";

/** The pathways of the catalog, in its order. */
export function toPathwayList(
  hosts: readonly DeliveryHost[],
  watches: readonly HostWatch[],
  nowMs: number,
) {
  const pathways = hosts.map(({ id, url, weight }) => {
    const watch = watches.find((each) => each.id === id);
    const drain = watch?.drain ?? null;
    const isDrained = drain !== null && (drain.untilMs === null || nowMs < drain.untilMs);
    return {
      id,
      url,
      weight,
      verdict: watch?.verdict ?? "unknown",
      changedAgoMs: watch === undefined ? null : Math.max(0, nowMs - watch.changedAtMs),
      detail: watch?.verdict === "red" ? watch.detail : null,
      drained: isDrained
        ? { by: drain.by, forMs: drain.untilMs === null ? null : drain.untilMs - nowMs }
        : null,
    };
  });
  return { pathways };
}
