// A channel's choice as one region uses it, where the health centre found another order for it or
// origins that cannot be reached from there, and as one session does that was drawn for a canary.
// For the edges; centre/region-orders.ts and operators decide it.
//
// Among the origins of a live timeline the feeder stays first, because it has the newest media; a
// region only asks those last that it cannot use. A library's files are everywhere, so its regions
// may have orders of their own.

import type { ChannelChoice } from "../contract/policy.ts";

/** The choice with the region's order and without the first place for what it cannot use. */
export function toRegionChoice(choice: ChannelChoice, region: string): ChannelChoice {
  const order = choice.regionOrders?.[region];
  const avoided = choice.regionAvoids?.[region];
  if (order === undefined && avoided === undefined) return choice;
  const timelines = choice.timelines.map((timeline) => {
    const isOrdered = order !== undefined && timeline.n === choice.current;
    const origins = isOrdered ? order : timeline.origins;
    return avoided === undefined
      ? { ...timeline, origins }
      : { ...timeline, origins: toAvoided(origins, avoided) };
  });
  return { ...choice, timelines };
}

/**
 * The choice of a session that was drawn for the canary: that origin is asked first, in timelines
 * that it belongs to. Anywhere else its bytes would be other media.
 */
export function toCanaryChoice(choice: ChannelChoice, originId: string): ChannelChoice {
  const timelines = choice.timelines.map((timeline) => {
    const { origins } = timeline;
    if (!origins.includes(originId)) return timeline;
    return { ...timeline, origins: [originId, ...origins.filter((id) => id !== originId)] };
  });
  return { ...choice, timelines };
}

function toAvoided(origins: readonly string[], avoided: readonly string[]): readonly string[] {
  return [
    ...origins.filter((id) => !avoided.includes(id)),
    ...origins.filter((id) => avoided.includes(id)),
  ];
}
