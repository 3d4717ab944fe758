// Each limit of hls/limits.ts, with its default: at it a playlist is read, one past it is refused
// by name, and an operator who overrides it gets what he asked for. The table is a Record over the
// limits, so that a new limit does not compile without its row.

import { expect, test } from "vitest";
import type { PlaylistFailureReason } from "../../../workers/core/hls/failure.ts";
import type { PlaylistLimits } from "../../../workers/core/hls/limits.ts";
import { defaultPlaylistLimits } from "../../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";

interface LimitRow {
  readonly reason: PlaylistFailureReason;
  /** A valid playlist that uses exactly `amount` of what the limit counts. */
  readonly make: (amount: number) => string;
}

const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";

/** Comments of a thousand letters, then one that fills up the rest. */
function fill(amount: number): string {
  const line = `#${"x".repeat(998)}\n`;
  const whole = Math.floor((amount - head.length - 2) / line.length);
  const text = head + line.repeat(whole);
  return `${text}#${"x".repeat(amount - text.length - 1)}`;
}

const rows: Record<keyof PlaylistLimits, LimitRow> = {
  playlistCharsMax: { reason: "too-large", make: fill },
  linesMax: { reason: "too-many-lines", make: (amount) => head + "\n".repeat(amount - 2) },
  lineCharsMax: {
    reason: "line-too-long",
    make: (amount) => `${head}#${"x".repeat(amount - 1)}\n`,
  },
  attributesMax: {
    reason: "too-many-attributes",
    make: (amount) => {
      const list = Array.from({ length: amount }, (_, index) => `X-${index}=1`).join(",");
      return `${head}#EXT-X-SERVER-CONTROL:${list}\n`;
    },
  },
};

const table = Object.entries(rows).map(([name, row]) => {
  return { name: name as keyof PlaylistLimits, ...row };
});

test.each(table)("$name", ({ name, reason, make }) => {
  const limit = defaultPlaylistLimits[name];
  expect(parsePlaylist(make(limit)).kind).toBe("media");
  expect(parsePlaylist(make(limit + 1))).toMatchObject({ kind: "failure", reason });
  const wider = { ...defaultPlaylistLimits, [name]: limit + 1 };
  expect(parsePlaylist(make(limit + 1), wider).kind).toBe("media");
  const narrower = { ...defaultPlaylistLimits, [name]: 60 };
  const at = parsePlaylist(make(60), narrower);
  expect(at.kind === "failure" ? at.detail : at.kind).toBe("media");
  expect(parsePlaylist(make(61), narrower)).toMatchObject({ kind: "failure", reason });
});
