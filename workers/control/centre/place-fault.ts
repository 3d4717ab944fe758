// Whether what somebody says is about places that the catalog has. For the words of operators and
// packagers, which are refused with a sentence and not with silence.

import type { Catalog } from "../../core/config/catalog.ts";

/** What is wrong with the places that are named; null: nothing. */
export function findPlaceFault(
  catalog: Catalog | null,
  named: { readonly channelId: string | null; readonly originId?: string },
): string | null {
  if (catalog === null) return "no catalog is in force";
  const { channelId, originId } = named;
  const channel = catalog.channels.find(({ id }) => id === channelId);
  if (channelId !== null && channel === undefined) return `there is no channel "${channelId}"`;
  if (originId === undefined) return null;
  if (!catalog.origins.some(({ id }) => id === originId)) return `there is no origin "${originId}"`;
  if (channel === undefined || channel.origins.some(({ id }) => id === originId)) return null;
  return `channel "${channel.id}" has no origin "${originId}"`;
}
