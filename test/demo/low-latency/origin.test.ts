// The low-latency origins over real sockets: what waits, what is refused, what a fault does to it.
// Their clock runs twenty times faster than ours, so that nobody waits for anything.

import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadMediaLibrary } from "../../../infra/local/demo/media-library.ts";
import {
  PART_SCHEME,
  type PartOrigin,
  type PartOrigins,
  startPartOrigins,
} from "../../../infra/local/low-latency/origins.ts";
import {
  decideLiveEdge,
  isOnShow,
  toPublicationMs,
} from "../../../infra/local/low-latency/part-clock.ts";

const SPEED = 20;
const startedMs = Date.UTC(2026, 10, 20, 12);
const startedAt = performance.now();
const now = () => startedMs + (performance.now() - startedAt) * SPEED;
const readEdge = () => decideLiveEdge(PART_SCHEME.clock, now());
const library = await loadMediaLibrary();

let origins: PartOrigins;
let asked: string[] = [];
beforeEach(async () => {
  asked = [];
  const onRequest = (name: string, { path, query }: { path: string; query: string }) => {
    asked.push(`${name} ${path}?${query}`);
  };
  origins = await startPartOrigins({ library, unaligned: false, now, onRequest });
});
afterEach(() => origins.stop());

const get = async (path: string, origin: PartOrigin = origins.origins["ll-east"]) => {
  const response = await fetch(`${origin.url}${path}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, bytes, text: bytes.toString(), headers: response.headers };
};
const readHint = (text: string) => /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1] ?? "";

describe("blocking", () => {
  test("a playlist waits for its part, and has it then", async () => {
    for (let count = 0; count < 7; count += 1) {
      const { msn, partCount } = readEdge();
      const path = `/v144/index.m3u8?_HLS_msn=${msn}&_HLS_part=${partCount}`;
      const { status, text } = await get(path);
      expect(status).toBe(200);
      expect(isOnShow(readEdge(), msn, partCount)).toBe(true);
      expect(text).toContain(`URI="${msn}.${partCount}.m4s"`);
    }
  });

  test("the hinted part waits, over every roll-over, and is the part of the next playlist", async () => {
    let text = (await get("/audio/index.m3u8")).text;
    for (let count = 0; count < 7; count += 1) {
      const hint = readHint(text);
      const part = await get(`/audio/${hint}`);
      expect([hint, part.status, part.headers.get("content-type")]).toEqual([
        hint,
        200,
        "audio/mp4",
      ]);
      const [, msn = "", index = ""] = /^(\d+)\.(\d)\.m4s$/.exec(hint) ?? [];
      const publishedMs = toPublicationMs(PART_SCHEME.clock, Number(msn), Number(index));
      expect(now()).toBeGreaterThanOrEqual(publishedMs);
      text = (await get(`/audio/index.m3u8?_HLS_msn=${msn}&_HLS_part=${index}`)).text;
      expect(text).toContain(`URI="${hint}",INDEPENDENT=YES`);
      expect((await get(`/audio/${hint}`)).bytes.equals(part.bytes)).toBe(true);
    }
  });

  test("a segment is its parts joined, and both origins have the same bytes", async () => {
    const msn = readEdge().msn - 1;
    const parts = await Promise.all(
      [0, 1, 2, 3, 4].map((part) => get(`/v360/${msn}.${part}.m4s`, origins.origins["ll-west"])),
    );
    const joined = Buffer.concat(parts.map(({ bytes }) => bytes));
    for (const origin of Object.values(origins.origins)) {
      expect((await get(`/v360/${msn}.m4s`, origin)).bytes.equals(joined)).toBe(true);
    }
  });

  test("what nobody may ask for is refused at once", async () => {
    const { msn } = readEdge();
    const rows = [
      [`/v144/index.m3u8?_HLS_part=1`, 400],
      [`/v144/index.m3u8?_HLS_msn=${msn + 9}`, 400],
      [`/v144/${msn + 3}.0.m4s`, 404],
      [`/v144/${msn + 3}.m4s`, 404],
      [`/v144/${msn - 100}.0.m4s`, 404],
      [`/v144/${msn - 1}.5.m4s`, 404],
      [`/v144/0${msn - 1}.0.m4s`, 404],
      [`/v999/index.m3u8`, 404],
      [`/v144/${msn - 1}.4.m4s`, 200],
      [`/v144/index.m3u8?_HLS_skip=YES`, 200],
    ] as const;
    for (const [path, status] of rows)
      expect([path, (await get(path)).status]).toEqual([path, status]);
  });

  test("a viewer who leaves is not waited for", async () => {
    const origin = origins.origins["ll-east"];
    origin.freeze();
    const { msn } = readEdge();
    const going = request(`${origin.url}/v144/index.m3u8?_HLS_msn=${msn + 1}`);
    going.on("error", () => undefined);
    going.end();
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    going.destroy();
    // Whoever still waited would keep the server from closing its connections in good order.
    await origin.kill();
    expect(origin.state().listening).toBe(false);
  });
});

describe("faults", () => {
  test("a frozen origin shows nothing new: playlists end in 503, hints in 404", async () => {
    const origin = origins.origins["ll-east"];
    origin.freeze();
    const { text } = await get("/v144/index.m3u8");
    const hint = readHint(text);
    const [msn, part] = hint.split(".");
    const [playlist, media, plain] = await Promise.all([
      get(`/v144/index.m3u8?_HLS_msn=${msn}&_HLS_part=${part}`),
      get(`/v144/${hint}`),
      get("/v144/index.m3u8"),
    ]);
    expect([playlist.status, media.status]).toEqual([503, 404]);
    expect(plain.text).toBe(text);
    origin.clear();
    expect((await get(`/v144/${hint}`)).status).toBe(200);
  });

  test.each(["fail", "html", "kill"] as const)("%s also ends what is waiting", async (fault) => {
    const origin = origins.origins["ll-east"];
    origin.freeze();
    const { msn } = readEdge();
    const waiting = get(`/v144/index.m3u8?_HLS_msn=${msn + 1}`).then(
      ({ status, headers }) => `${status} ${headers.get("content-type")}`,
      () => "cut",
    );
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    if (fault === "fail") origin.fail(500);
    else await origin[fault]();
    const want = { fail: "500 text/plain", html: "200 text/html; charset=utf-8", kill: "cut" };
    expect(await waiting).toBe(want[fault]);
  });
});

test("the plain origin has the same segments and waits for nobody", async () => {
  const plain = origins.origins["ll-plain"];
  const { msn } = readEdge();
  const { status, text } = await get(`/v144/index.m3u8?_HLS_msn=${msn + 2}`, plain);
  expect(status).toBe(200);
  expect(text).not.toMatch(/PART|SERVER-CONTROL|HINT|REPORT/);
  expect((await get(`/v144/${msn - 1}.0.m4s`, plain)).status).toBe(404);
});

test("unaligned, west is a packager of its own", async () => {
  const apart = await startPartOrigins({ library, unaligned: true, now });
  const { text } = await get("/v144/index.m3u8", apart.origins["ll-west"]);
  const msn = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
  const name = `w/seg_${msn + 29}`;
  expect(text).toContain(`#EXT-X-MAP:URI="w/init.mp4"`);
  expect(text).toContain(`URI="${name}.4.m4s"`);
  const part = await get(`/v144/${name}.4.m4s`, apart.origins["ll-west"]);
  expect(part.status).toBe(200);
  expect((await get(`/v144/${readHint(text)}`, apart.origins["ll-west"])).status).toBe(200);
  await apart.stop();
});
