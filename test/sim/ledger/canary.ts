// Ledgers that are broken on purpose, each in one way that has been seen in the field: what a
// healthy machine prints is spoilt on its way to the viewers. Every one must be found out; a judge
// that lets one live is blind.

import type { LedgerEffect } from "../../../workers/core/continuity/effect.ts";
import type { LedgerEvent } from "../../../workers/core/continuity/event.ts";
import type { HistoryFault } from "./history.ts";
import type { LedgerUnderTest } from "./ledger-under-test.ts";

export interface Canary {
  readonly name: string;
  /** One of the laws that has to find it. */
  readonly law: HistoryFault["law"];
  /** Spoils the n-th text of a rendition; `earlier` are the healthy ones before it. */
  readonly spoil: (
    text: string,
    n: number,
    earlier: readonly string[],
    rendition: string,
  ) => string;
  /** Spoils what is said of a join. */
  readonly say?: (said: Said) => Said;
}

type Said = NonNullable<ReturnType<LedgerUnderTest["forecast"]>>;

export const canaries: readonly Canary[] = [
  {
    name: "a discontinuity is forgotten",
    law: "cuts",
    spoil: (text) => text.replaceAll("#EXT-X-DISCONTINUITY\n", ""),
  },
  {
    name: "a discontinuity stands before every tenth segment",
    law: "cuts",
    spoil: (text) => text.replace(/#EXTINF:[^\n]*0\n/g, "#EXT-X-DISCONTINUITY\n$&"),
  },
  {
    name: "an older version is told again",
    law: "numbers",
    spoil: (text, n, earlier) => (n % 9 === 8 ? (earlier[n - 3] ?? text) : text),
  },
  {
    name: "DISCONTINUITY-SEQUENCE does not count what left the window",
    law: "blocks",
    spoil: (text) => text.replace(/#EXT-X-DISCONTINUITY-SEQUENCE:\d+\n/, ""),
  },
  {
    name: "numbers are the origin's and not the channel's",
    law: "blocks",
    spoil: (text, n) =>
      n < 6 ? text : text.replace(/MEDIA-SEQUENCE:(\d+)/, (_, msn) => `MEDIA-SEQUENCE:${+msn + 7}`),
  },
  {
    name: "labels are lost",
    law: "bytes",
    spoil: (text) => text.replaceAll(/@t\d+\//g, ""),
  },
  {
    name: "a later cut takes an old label",
    law: "bytes",
    spoil: (text) => text.replaceAll(/@t[2-9]\d*\//g, "@t1/"),
  },
  {
    name: "a duration is rounded when it is told again",
    law: "blocks",
    spoil: (text, n) => (n < 4 ? text : text.replace(/#EXTINF:(\d+)\.\d+/g, "#EXTINF:$1.000")),
  },
  {
    name: "the IVs of a second origin are left out",
    law: "bytes",
    spoil: (text) => text.replaceAll(/,IV=0x[0-9a-fA-F]+/g, ""),
  },
  {
    name: "a map stays the first origin's",
    law: "bytes",
    spoil: (text) => text.replaceAll(/#EXT-X-MAP:URI="[^"]*@t\d[^\n]*\n/g, ""),
  },
  {
    name: "a clear map is named under a key",
    law: "bytes",
    spoil: (text) => text.replaceAll("#EXT-X-KEY:METHOD=NONE\n", ""),
  },
  {
    name: "byte ranges lose their offsets",
    law: "bytes",
    spoil: (text) => text.replaceAll(/(#EXT-X-BYTERANGE:\d+)@\d+/g, "$1@0"),
  },
  {
    name: "the first dates of a second origin are an hour off",
    law: "dates",
    spoil: (text) =>
      text.replaceAll(/(DATE-TIME:2026-11-20T)10(?=[^\n]*\n(#[^\n]*\n)*[^\n]*@t)/g, "$111"),
  },
  {
    name: "segments behind a cut are left out",
    law: "joins",
    spoil: (text) =>
      text.replace(
        /(#EXT-X-DISCONTINUITY\n(?:#(?!EXTINF)[^\n]*\n)*)((?:#[^\n]*\n)+[^\n]+\n){3}(?=#)/,
        "$1",
      ),
  },
  {
    name: "sound is cut two segments later than pictures",
    law: "cuts",
    spoil: (text, _n, _earlier, rendition) =>
      /^(a0|sound)\//.test(rendition)
        ? text.replace(
            /#EXT-X-DISCONTINUITY\n((?:(?:#[^\n]*\n)+[^\n]+\n){2})/,
            "$1#EXT-X-DISCONTINUITY\n",
          )
        : text,
  },
  {
    name: "sound counts one discontinuity more than pictures",
    law: "cuts",
    spoil: (text, _n, _earlier, rendition) => {
      if (!/^(a0|sound)\//.test(rendition)) return text;
      const gone = Number(/#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
      const bare = text.replace(/#EXT-X-DISCONTINUITY-SEQUENCE:\d+\n/, "");
      const line = `#EXT-X-DISCONTINUITY-SEQUENCE:${gone + 1}\n`;
      return bare.replace(/#EXT-X-MEDIA-SEQUENCE:\d+\n/, `$&${line}`);
    },
  },
  {
    name: "every gap is a discontinuity",
    law: "cuts",
    spoil: (text) =>
      text.replaceAll(/(?<!#EXT-X-DISCONTINUITY\n)#EXT-X-GAP\n/g, "#EXT-X-DISCONTINUITY\n$&"),
  },
  {
    name: "no discontinuity stands behind a segment that was closed early",
    law: "cuts",
    spoil: (text) => text.replaceAll(/(@parts\/[^\n]*\n)#EXT-X-DISCONTINUITY\n/g, "$1"),
  },
  {
    name: "no join is said to repeat anything",
    law: "forecast",
    spoil: (text) => text,
    say: (said) => ({ ...said, join: "invisible", repeatSecondsMax: 0 }),
  },
  {
    name: "the playlist stands still for ever",
    law: "progress",
    spoil: (text, n, earlier) => (n < 3 ? text : (earlier[2] ?? text)),
  },
  {
    name: "a segment is longer than the target duration",
    law: "form",
    spoil: (text) => text.replace(/#EXT-X-TARGETDURATION:(\d+)/, "#EXT-X-TARGETDURATION:0"),
  },
];

/** A healthy machine whose words are spoilt. */
export class BrokenLedger implements LedgerUnderTest {
  readonly #healthy: LedgerUnderTest;
  readonly #canary: Canary;
  readonly #earlier = new Map<string, string[]>();

  constructor(healthy: LedgerUnderTest, canary: Canary) {
    this.#healthy = healthy;
    this.#canary = canary;
  }

  apply(event: LedgerEvent, nowMs: number): readonly LedgerEffect[] {
    return this.#healthy.apply(event, nowMs);
  }

  rescue(timeline: number, path: string): ReturnType<LedgerUnderTest["rescue"]> {
    return this.#healthy.rescue(timeline, path);
  }

  forecast(origin: string, nowMs: number): ReturnType<LedgerUnderTest["forecast"]> {
    const said = this.#healthy.forecast(origin, nowMs);
    const { say } = this.#canary;
    return said === null || say === undefined ? said : say(said);
  }

  print(rendition: string): string | null {
    const text = this.#healthy.print(rendition);
    if (text === null) return null;
    const earlier = this.#earlier.get(rendition) ?? [];
    const spoilt = this.#canary.spoil(text, earlier.length, earlier, rendition);
    this.#earlier.set(rendition, [...earlier, text]);
    return spoilt;
  }

  printMultivariant(): string | null {
    return this.#healthy.printMultivariant();
  }

  restart(): void {
    this.#healthy.restart();
  }
}
