// A viewer of a live playlist for scenarios: asks again and again, and notes everything that a
// player would stumble over. Polls faster than players do, so that few viewers see much.

export interface LiveSight {
  readonly atMs: number;
  readonly status: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly lastMsn: number;
  /** EXT-X-PROGRAM-DATE-TIME of the last segment. */
  readonly lastDateMs: number;
  readonly discontinuities: number;
  readonly text: string;
}

export interface LiveReport {
  readonly sights: readonly LiveSight[];
  readonly failed: readonly LiveSight[];
  /** Answers whose numbers went back against the one before. */
  readonly regressions: number;
  /** URIs that changed under a number that was announced before. */
  readonly changed: readonly string[];
}

/** Watches a playlist until `untilMs`, asking every `everyMs` or so. */
export async function watchLive(url: string, untilMs: number, everyMs = 100): Promise<LiveReport> {
  const sights: LiveSight[] = [];
  const uris = new Map<number, string>();
  const changed: string[] = [];
  let regressions = 0;
  while (Date.now() < untilMs) {
    const response = await fetch(url).catch(() => null);
    const text = (await response?.text().catch(() => null)) ?? "";
    const sight = toSight(text, response?.status ?? 0);
    const before = sights.findLast(({ status }) => status === 200);
    sights.push(sight);
    if (sight.status === 200 && before !== undefined) {
      const isBack =
        sight.mediaSequence < before.mediaSequence ||
        sight.lastMsn < before.lastMsn ||
        sight.discontinuitySequence < before.discontinuitySequence;
      if (isBack) regressions += 1;
    }
    if (sight.status === 200) {
      toUris(text).forEach((uri, index) => {
        const msn = sight.mediaSequence + index;
        const known = uris.get(msn);
        if (known !== undefined && known !== uri) changed.push(`${msn}: ${known} -> ${uri}`);
        uris.set(msn, uri);
      });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs * (0.5 + Math.random())));
  }
  const failed = sights.filter(({ status }) => status !== 200);
  return { sights, failed, regressions, changed };
}

/** The segments' URIs in order. */
export function toUris(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** What matters of one answer. */
export function toSight(text: string, status: number): LiveSight {
  const tag = (name: string) => Number(new RegExp(`#EXT-X-${name}:(\\d+)`).exec(text)?.[1] ?? 0);
  const mediaSequence = tag("MEDIA-SEQUENCE");
  const dates = [...text.matchAll(/#EXT-X-PROGRAM-DATE-TIME:(.*)/g)];
  return {
    atMs: Date.now(),
    status,
    mediaSequence,
    discontinuitySequence: tag("DISCONTINUITY-SEQUENCE"),
    lastMsn: mediaSequence + toUris(text).length - 1,
    lastDateMs: Date.parse(dates.at(-1)?.[1] ?? ""),
    discontinuities: text.split("#EXT-X-DISCONTINUITY\n").length - 1,
    text,
  };
}
