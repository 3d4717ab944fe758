// One origin at a time, rewritten and never going back: continuity without a ledger.

import type { LedgerSettings } from "../../core/continuity/settings.ts";
import type { LiveTimeline } from "../../core/contract/live.ts";
import type { MediaPlaylist } from "../../core/hls/playlist.ts";
import { decideSuccession, type SequenceFacts } from "../../core/origin/succession.ts";
import { rewritePlaylist } from "../../core/transform/rewrite-uris.ts";
import type { ChannelLedger, LedgerNews } from "./channel-ledger.ts";

const NOTHING: LedgerNews = { renditions: [], multivariant: false, proofs: [], isTurn: false };

export function makeChannelLedger(
  settings: LedgerSettings,
  snapshot: string | null,
): ChannelLedger {
  const shown = new Map<string, SequenceFacts>();
  const texts = new Map<string, string>(snapshot === null ? [] : JSON.parse(snapshot));
  const multivariants = new Map<string, string>();
  let current: string | null = null;
  let refused: string | null = null;
  const identical = settings.replicas === "identical";
  const timelines = (): LiveTimeline[] =>
    identical
      ? [{ n: 0, origins: settings.origins }]
      : settings.origins.map((id, n) => ({ n, origins: [id] }));
  const nOf = (origin: string) =>
    timelines().find(({ origins }) => origins.includes(origin))?.n ?? 0;
  return {
    use() {},
    current: () => current,
    timelines,
    renditions: () => [...texts.keys()],
    media(origin, path, playlist: MediaPlaylist, place) {
      current ??= origin;
      if (origin !== current && !identical) return NOTHING;
      const facts = { timeline: nOf(origin), ...playlist } as unknown as SequenceFacts;
      if (decideSuccession(shown.get(path) ?? null, facts) !== "newer" && texts.has(path))
        return NOTHING;
      const result = rewritePlaylist(playlist, {
        ...place,
        playlistPath: decodeURIComponent(path),
        timeline: nOf(origin),
      });
      refused = result.kind === "refused" ? `${result.reason} ${result.detail}` : null;
      if (result.kind === "refused") return NOTHING;
      shown.set(path, facts);
      texts.set(path, result.text);
      return { ...NOTHING, renditions: [path] };
    },
    multivariant(origin, path, playlist, place) {
      if (multivariants.has(path)) return NOTHING;
      const result = rewritePlaylist(playlist, {
        ...place,
        playlistPath: decodeURIComponent(path),
        timeline: 0,
      });
      if (result.kind === "refused") return NOTHING;
      multivariants.set(path, result.text);
      void origin;
      return { ...NOTHING, multivariant: true };
    },
    choose(origin) {
      current = origin;
      return { ...NOTHING, isTurn: true };
    },
    proof: () => NOTHING,
    tick: () => NOTHING,
    wakeAtMs: () => null,
    print: (rendition) => texts.get(rendition) ?? null,
    printMultivariants: () => [...multivariants].map(([path, text]) => ({ path, text })),
    reads: () => [],
    joins: () =>
      new Map(settings.origins.map((id) => [id, identical ? "invisible" : "visible"] as const)),
    pathAt: (_origin, rendition) => rendition,
    rescue: () => [],
    refusal: () => refused,
    snapshot: () => JSON.stringify([...texts]),
  };
}
