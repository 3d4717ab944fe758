// d-: delivery directives. Blocking reloads and delta updates at the edge, whatever the origin can
// do: the boundary rows of bis-22 section 6.2.5 on real workers. The origin is advanced by hand, so
// that "waits" means: no answer before the publication, one right after it.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../workers/core/hls/playlist.ts";
import { applyDeltaMerge } from "../../workers/core/transform/edits/delta-merge.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type PartsScript, startPartsScript } from "../kit/parts-script.ts";
import { leaveWire, readWire } from "../kit/wire.ts";

let kit: EdgeStack;
const scripts: PartsScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "plain" },
      { id: "parts" },
      { id: "long" },
      { id: "asked", policy: 'blocking = "on"' },
      { id: "never", policy: 'blocking = "off"' },
      { id: "frozen" },
      { id: "ended" },
      { id: "window" },
      { id: "dvr" },
      { id: "left" },
      { id: "aged" },
    ],
    { shim: { evictionChance: 0 } },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

type Options = Omit<Parameters<typeof startPartsScript>[0], "origin" | "path">;

async function start(id: string, options: Options = {}): Promise<PartsScript> {
  const script = startPartsScript({ origin: kit.a, path: `/${id}/index.m3u8`, ...options });
  scripts.push(script);
  const first = await ask(id, "");
  expect(first.status).toBe(200);
  return script;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly tookMs: number;
}

async function ask(id: string, query: string): Promise<Answer> {
  const startedAtMs = Date.now();
  const response = await kit.get(`/${id}/index.m3u8${query === "" ? "" : `?${query}`}`);
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    tookMs: Date.now() - startedAtMs,
  };
}

function read(text: string): MediaPlaylist {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error("No media playlist.");
  return playlist;
}

const PENDING = "pending";

/** What has come of a request after a while. */
function peek<T>(request: Promise<T>, afterMs = 300): Promise<T | typeof PENDING> {
  return Promise.race([
    request,
    new Promise<typeof PENDING>((resolve) => setTimeout(() => resolve(PENDING), afterMs)),
  ]);
}

function toControl(text: string): string | null {
  return /^#EXT-X-SERVER-CONTROL:(.*)$/m.exec(text)?.[1] ?? null;
}

describe("what is promised", () => {
  const TEN_SECONDS = { plain: true, segmentParts: 10, partSeconds: 1, blocking: false };
  const SHORT = { plain: true, blocking: false };
  test.each([
    { reason: "short-target", id: "plain", options: SHORT, want: "YES" },
    { reason: "long-target", id: "long", options: TEN_SECONDS, want: null },
    { reason: "policy-on", id: "asked", options: TEN_SECONDS, want: "YES" },
    { reason: "policy-off", id: "never", options: {}, want: null },
  ])("$reason", async ({ id, options, want, reason }) => {
    await start(id, options);
    const { text, headers } = await ask(id, "");
    const why = `reload;desc="block ${reason}, skip short-window"`;
    expect(headers.get("server-timing")).toContain(why);
    const control = toControl(text) ?? "";
    expect(/CAN-BLOCK-RELOAD=(\w+)/.exec(control)?.[1] ?? null).toBe(want);
    expect(control).not.toContain("CAN-SKIP-UNTIL");
    // What is not promised is ignored, also where it is malformed.
    if (want === null) expect((await ask(id, "_HLS_msn=9999999")).status).toBe(200);
  });
});

describe("a list without parts", () => {
  let script: PartsScript;
  beforeAll(async () => {
    script = startPartsScript({
      origin: kit.a,
      path: "/window/index.m3u8",
      plain: true,
      blocking: false,
    });
    scripts.push(script);
    await ask("window", "");
  });

  test("waits for the next segment, and answers at once with what there is", async () => {
    const next = script.lastMsn + 1;
    const waiting = ask("window", `_HLS_msn=${next}`);
    expect(await peek(waiting)).toBe(PENDING);
    script.advance(4);
    const { status, text, headers } = await waiting;
    expect(status).toBe(200);
    expect(text).toContain(`m${next}.mp4`);
    // Six target durations, because the URL means this version; it was confirmed just now.
    expect(headers.get("cache-control")).toMatch(/max-age=1[12]\b/);
    expect(headers.get("age")).toBe("0");
    const again = await ask("window", `_HLS_msn=${next}`);
    expect(again).toMatchObject({ status: 200, text });
    const old = await ask("window", `_HLS_msn=${next - 50}&_HLS_part=3`);
    expect(old).toMatchObject({ status: 200, text });
  });

  test("ignores a part's number, but not its form", async () => {
    const next = script.lastMsn + 1;
    const waiting = ask("window", `_HLS_msn=${next}&_HLS_part=999`);
    expect(await peek(waiting)).toBe(PENDING);
    script.advance(4);
    expect((await waiting).text).toContain(`m${next}.mp4`);
    expect((await ask("window", "_HLS_part=0")).status).toBe(400);
    expect((await ask("window", `_HLS_msn=${next}&_HLS_part=x`)).status).toBe(400);
    expect((await ask("window", "_HLS_msn=-1")).status).toBe(400);
    expect((await ask("window", "_HLS_msn=")).status).toBe(400);
  });

  test("waits for two segments, not for three", async () => {
    const last = script.lastMsn;
    const far = await ask("window", `_HLS_msn=${last + 3}`);
    expect(far.status).toBe(400);
    expect(JSON.parse(far.text)).toMatchObject({ type: "urn:weir:problem:bad-query" });
    expect(far.headers.get("cache-control")).toBe("no-store");
    const waiting = ask("window", `_HLS_msn=${last + 2}`);
    script.advance(4);
    expect(await peek(waiting)).toBe(PENDING);
    script.advance(4);
    expect((await waiting).text).toContain(`m${last + 2}.mp4`);
  });

  test("lets many wait for one request of the origin's own rhythm", async () => {
    const next = script.lastMsn + 1;
    const waiting = Array.from({ length: 50 }, () => ask("window", `_HLS_msn=${next}`));
    expect(await peek(Promise.race(waiting))).toBe(PENDING);
    script.advance(4);
    const publishedAtMs = Date.now();
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toContain(`m${next}.mp4`);
    expect(Date.now() - publishedAtMs).toBeLessThan(2_000);
  });
});

describe("a list with parts", () => {
  let script: PartsScript;
  beforeAll(async () => {
    script = await start("parts");
  });
  const wait = (msn: number, part: number) => ask("parts", `_HLS_msn=${msn}&_HLS_part=${part}`);

  test("waits for one part", async () => {
    const msn = script.lastMsn + 1;
    const waiting = wait(msn, 0);
    expect(await peek(waiting)).toBe(PENDING);
    script.advance();
    const { text, headers } = await waiting;
    expect(text).toContain(`URI="${script.partName(msn, 0)}"`);
    expect(text).toContain(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${script.partName(msn, 1)}"`);
    expect(headers.get("age")).toBe("0");
  });

  test("takes a part behind the last one of its segment for the first one of the next", async () => {
    const msn = script.lastMsn + 1;
    script.advance(script.lastPart < 0 ? 4 : 3 - script.lastPart);
    expect((await wait(msn, 3)).text).toContain(`\nm${msn}.mp4\n`);
    for (const part of [4, 5, 100]) {
      const waiting = wait(msn, part);
      expect(await peek(waiting, 150)).toBe(PENDING);
      void waiting.catch(() => null);
    }
    const waiting = wait(msn, 4);
    script.advance();
    expect((await waiting).text).toContain(script.partName(msn + 1, 0));
    // Within older segments every part there could be has been there.
    expect((await wait(msn - 1, 100)).status).toBe(200);
  });

  test("waits for as many parts as three seconds hold, not for more", async () => {
    const [msn, part] = [script.lastMsn + 1, script.lastPart];
    expect((await wait(msn, part + 7)).status).toBe(400);
    const waiting = wait(msn, part + 6);
    expect(await peek(waiting)).toBe(PENDING);
    // The segment ends before it has that part, so the next one's first part answers.
    script.advance(4);
    expect((await waiting).status).toBe(200);
  });

  test("waits for the whole segment where no part is named", async () => {
    script.advance(3 - script.lastPart);
    const next = script.lastMsn + 1;
    const waiting = ask("parts", `_HLS_msn=${next}`);
    script.advance(3);
    expect(await peek(waiting)).toBe(PENDING);
    script.advance();
    expect((await waiting).text).toContain(`\nm${next}.mp4\n`);
  });

  test("asks the origin once per part", async () => {
    const before = new Map(script.asked);
    for (let count = 0; count < 8; count++) {
      const [msn, part] = [script.lastMsn + 1, script.lastPart + 1];
      const waiting = Array.from({ length: 10 }, () => wait(msn, part));
      await peek(Promise.race(waiting), 100);
      script.advance();
      for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
    }
    const repeated = [...script.asked].filter(
      ([directives, count]) => count - (before.get(directives) ?? 0) > 1,
    );
    expect(repeated).toEqual([]);
  });
});

describe("who waits in vain", () => {
  test("is told 503 when the next version is overdue by a target duration", async () => {
    const script = await start("frozen", { plain: true, partSeconds: 0.25, blocking: false });
    script.advance(4);
    await ask("frozen", `_HLS_msn=${script.lastMsn}`);
    const { status, headers, tookMs, text } = await ask("frozen", `_HLS_msn=${script.lastMsn + 1}`);
    expect(status).toBe(503);
    expect(headers.get("retry-after")).toBe("1");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(text)).toMatchObject({ type: "urn:weir:problem:playlist-overdue" });
    expect(tookMs).toBeGreaterThan(900);
    expect(tookMs).toBeLessThan(3_500);
    // Whoever asks for nothing special still gets what there is.
    expect((await ask("frozen", "")).status).toBe(200);
  });

  test("is answered when the list ends, and nobody waits after that", async () => {
    const script = await start("ended", { plain: true });
    const waiting = ask("ended", `_HLS_msn=${script.lastMsn + 1}`);
    expect(await peek(waiting)).toBe(PENDING);
    script.end();
    const { status, text } = await waiting;
    expect(status).toBe(200);
    expect(text).toContain("#EXT-X-ENDLIST");
    for (const query of ["_HLS_msn=99999", "_HLS_part=1", "_HLS_msn=x", "_HLS_skip=YES"]) {
      expect(await ask("ended", query)).toMatchObject({ status: 200, text });
    }
  });
});

describe("a window of four hours", () => {
  const SEGMENTS = 7_200;
  let script: PartsScript;
  beforeAll(async () => {
    script = startPartsScript({
      origin: kit.a,
      path: "/dvr/index.m3u8",
      window: SEGMENTS,
      firstMsn: 0,
      blocking: false,
    });
    scripts.push(script);
    const { text, status } = await ask("dvr", "");
    expect(status).toBe(200);
    expect(toControl(text)).toContain("CAN-SKIP-UNTIL=12");
  });

  test("is sent without what the player has", async () => {
    const full = await ask("dvr", "");
    const delta = await ask("dvr", "_HLS_skip=YES");
    expect(delta.text).toContain(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${SEGMENTS - 6}\n`);
    expect(delta.text).toContain("#EXT-X-VERSION:9\n");
    expect(delta.headers.get("etag")).not.toBe(full.headers.get("etag"));
    const merged = applyDeltaMerge(read(full.text), read(delta.text));
    expect(merged.kind).toBe("merged");
    // The same of whoever knows more of it, or something that nobody has defined.
    expect((await ask("dvr", "_HLS_skip=v2")).text).toBe(delta.text);
    expect((await ask("dvr", "_HLS_skip=NO")).text).toBe(full.text);
    const tag = delta.headers.get("etag") ?? "";
    const again = await kit.get("/dvr/index.m3u8?_HLS_skip=YES", {
      headers: { "if-none-match": tag },
    });
    expect(again.status).toBe(304);
  });

  test("costs a delta viewer less than 2 KB per reload, headers and all", async () => {
    let held = read((await ask("dvr", "")).text);
    const sizes: number[] = [];
    for (let count = 0; count < 12; count++) {
      const [msn, part] = [script.lastMsn + 1, script.lastPart + 1];
      const path = `/dvr/index.m3u8?_HLS_msn=${msn}&_HLS_part=${part}&_HLS_skip=YES`;
      const waiting = readWire(kit.edge, path);
      await peek(waiting, 50);
      script.advance();
      const { bytes, text } = await waiting;
      sizes.push(bytes);
      const merged = applyDeltaMerge(held, read(text));
      if (merged.kind === "failure") throw new Error(merged.reason);
      held = merged.playlist;
    }
    expect(Math.max(...sizes)).toBeLessThan(2_048);
    // And what was put together out of all of them is what there is.
    const full = read((await ask("dvr", "")).text);
    const uris = (playlist: typeof full) => playlist.segments().map(({ msn, uri }) => [msn, uri]);
    expect(uris(held)).toEqual(uris(full));
  });
});

describe("a viewer who leaves", () => {
  test("is not waited for: soon nobody asks the origin any more", async () => {
    const script = await start("left", { plain: true });
    // In a playlist that nobody else watches, viewers wait for what does not come.
    const path = `/left/index.m3u8?_HLS_msn=${script.lastMsn + 1}`;
    await Promise.all(Array.from({ length: 5 }, () => leaveWire(kit.edge, path, 500)));
    await new Promise((resolve) => setTimeout(resolve, 12_500));
    const count = kit.a.count("/left/index.m3u8");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(kit.a.count("/left/index.m3u8")).toBe(count);
  });
});

describe("Age", () => {
  test("is 0 for as long as a request held at the origin says that nothing is newer", async () => {
    const script = await start("aged", { plain: true, partSeconds: 1 });
    await ask("aged", `_HLS_msn=${script.lastMsn}`);
    script.run();
    const ages = new Set<string | null>();
    // Segments of four seconds: a copy that grows old would say 3 before the next one comes.
    const untilMs = Date.now() + 9_000;
    while (Date.now() < untilMs) {
      ages.add((await ask("aged", "")).headers.get("age"));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect([...ages]).toEqual(["0"]);
  });
});
