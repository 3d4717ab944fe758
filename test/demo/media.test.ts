// The committed media: it is what its manifest says, it loops, and it stays small.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { loadMediaLibrary, type MediaLibrary } from "../../infra/local/demo/media-library.ts";

/** A clone should stay quick; see the issue that asked for the media. */
const MEDIA_BYTES_MAX = 5_800_000;
const folder = new URL("../../infra/local/media/", import.meta.url);

let library: MediaLibrary;
beforeAll(async () => {
  library = await loadMediaLibrary();
});

test("all of media/ stays under its budget", async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((f) => stat(join(f.parentPath, f.name))));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(bytes).toBeLessThan(MEDIA_BYTES_MAX);
});

test("nothing lies in files/ that the manifest does not name", async () => {
  const { renditions } = library.manifest;
  const entries = await readdir(new URL("files/", folder), {
    recursive: true,
    withFileTypes: true,
  });
  const root = fileURLToPath(new URL("files/", folder));
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
  const named = renditions.flatMap(({ name, kind, segments }) => [
    ...(kind === "mpegts" ? [] : [`${name}/init.mp4`]),
    ...segments.map((_, index) => `${name}/${index}.${kind === "mpegts" ? "mpegts" : "m4s"}`),
  ]);
  expect(found.sort()).toEqual(named.sort());
});

describe("the ladder", () => {
  test("three A/V renditions, best first, then audio, and one MPEG-TS set", () => {
    const seen = library.ladder.map(({ facts }) => [facts.name, facts.resolution?.height ?? 0]);
    expect(seen).toEqual([
      ["v360", 360],
      ["v240", 240],
      ["v144", 144],
      ["audio", 0],
    ]);
    expect(library.mpegts.facts.kind).toBe("mpegts");
  });

  test("codecs are the ones in the init sections", () => {
    for (const { facts, init } of library.ladder) {
      const text = Buffer.from(init ?? []);
      expect(facts.codecs.includes("avc1.")).toBe(text.includes("avcC"));
      const avcAt = text.indexOf("avcC");
      if (avcAt < 0) continue;
      const hex = text.subarray(avcAt + 5, avcAt + 8).toString("hex");
      expect(facts.codecs).toBe(`avc1.${hex},mp4a.40.2`);
    }
  });

  test("each rendition is exactly one loop long and its segments join", () => {
    for (const { facts } of [...library.ladder, library.mpegts]) {
      let endTicks = 0;
      for (const segment of facts.segments) {
        expect(segment.startTicks).toBe(endTicks);
        endTicks += segment.durationTicks;
      }
      expect(endTicks).toBe(32 * facts.timescale);
      expect(facts.segments).toHaveLength(16);
    }
  });

  test("video segments last exactly 2 s; audio-only ones wobble by at most a frame", () => {
    for (const { facts } of [...library.ladder, library.mpegts]) {
      for (const { durationTicks } of facts.segments) {
        const seconds = durationTicks / facts.timescale;
        if (facts.kind === "fmp4-audio") {
          expect(Math.abs(seconds - 2)).toBeLessThanOrEqual(1024 / 48_000);
        } else expect(seconds).toBe(2);
      }
    }
  });

  test("bandwidths are the peak and the mean of the segments", () => {
    for (const { facts } of [...library.ladder, library.mpegts]) {
      const rates = facts.segments.map(
        ({ byteSize, durationTicks }) => (byteSize * 8 * facts.timescale) / durationTicks,
      );
      const bits = facts.segments.reduce((sum, { byteSize }) => sum + byteSize * 8, 0);
      expect(facts.bandwidth).toBe(Math.ceil(Math.max(...rates)));
      expect(facts.averageBandwidth).toBe(Math.ceil(bits / 32));
    }
  });
});

test("a damaged file is named", async () => {
  const elsewhere = new URL("../../infra/local/nowhere/", import.meta.url);
  await expect(loadMediaLibrary(elsewhere)).rejects.toThrow(/manifest\.json/);
});
