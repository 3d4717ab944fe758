// Looks at a live media playlist as often as a nervous player, and measures how long it stood still
// and who answered. Needs no player: a frozen playlist is a fact before anybody's buffer is empty.

const LOOK_MS = 200;

export interface PlaylistSight {
  readonly atMs: number;
  /** Media sequence number of the newest segment; null where the answer was no playlist. */
  readonly lastMsn: number | null;
  readonly status: number;
  readonly origin: string | null;
}

export interface PlaylistWatch {
  readonly sights: readonly PlaylistSight[];
  /** Longest time without an advance between two moments, in ms. */
  readonly longestStandstillMs: (fromMs: number, toMs?: number) => number;
  readonly stop: () => Promise<void>;
}

export function watchPlaylist(url: string): PlaylistWatch {
  const sights: PlaylistSight[] = [];
  let watching = true;
  const done = (async () => {
    while (watching) {
      sights.push(await look(url));
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  return {
    sights,
    longestStandstillMs(fromMs, toMs = Number.POSITIVE_INFINITY) {
      let newest = Number.NEGATIVE_INFINITY;
      let advancedAtMs = fromMs;
      let longestMs = 0;
      for (const { atMs, lastMsn } of sights) {
        if (atMs > toMs) break;
        longestMs = Math.max(longestMs, atMs - advancedAtMs);
        if (lastMsn === null || lastMsn <= newest) continue;
        newest = lastMsn;
        advancedAtMs = Math.max(atMs, fromMs);
      }
      return longestMs;
    },
    async stop() {
      watching = false;
      await done;
    },
  };
}

async function look(url: string): Promise<PlaylistSight> {
  try {
    const response = await fetch(url);
    const text = await response.text();
    const first = /^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(text)?.[1];
    const count = text.match(/^#EXTINF:/gm)?.length ?? 0;
    const origin = /origin;desc="([^"]+)"/.exec(response.headers.get("server-timing") ?? "")?.[1];
    return {
      atMs: Date.now(),
      lastMsn: first === undefined ? null : Number(first) + count - 1,
      status: response.status,
      origin: origin ?? null,
    };
  } catch {
    return { atMs: Date.now(), lastMsn: null, status: 0, origin: null };
  }
}
