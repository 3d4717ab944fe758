// The names of a live channel's canaries. A canary is the same channel with a coordinator, a ledger
// and caches of its own, so everywhere behind the router it goes by an id of its own: the channel's
// with the label that its viewers' URLs carry, `demo/@c1`. No channel's id and no canonical path
// can be that by accident: "@" begins a label only. Which canaries there are is the policy's
// matter (core/health/operators/live-canary.ts).

const LABEL = /^@c([1-9]\d{0,5})$/;

/** A path segment's canary, from 1; 0: it is no canary's label. */
export function parseCanaryLabel(segment: string): number {
  return Number(LABEL.exec(segment)?.[1] ?? 0);
}

/** The id of a channel's canary; 0 is the channel itself. */
export function printCanaryId(channelId: string, canary: number): string {
  return canary === 0 ? channelId : `${channelId}/@c${canary}`;
}

/** Inverse of it. */
export function parseCanaryId(id: string): { readonly channelId: string; readonly canary: number } {
  const [channelId = "", label = ""] = id.split("/");
  return { channelId, canary: parseCanaryLabel(label) };
}
