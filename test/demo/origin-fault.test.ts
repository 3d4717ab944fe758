// A demo origin that fails on purpose, over real sockets: dead, frozen, slow, wrong, cut.

import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import { makeOriginServer, type OriginServer } from "../../infra/local/demo/origin-server.ts";
import type { SegmentWindow } from "../../infra/local/demo/segment-clock.ts";
import { LAST_MSN, SEGMENT, startOrigin, windowAt } from "./origin-rig.ts";

let shown: SegmentWindow | undefined;
let origin: OriginServer;
beforeEach(async () => {
  shown = windowAt(LAST_MSN);
  origin = await startOrigin(ALIGNED_SCHEME, () => shown);
});
afterEach(async () => {
  await origin.stop();
});

const get = (path: string) => fetch(`${origin.url}${path}`);
const getBytes = async (path: string) => {
  const response = await get(path);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const getText = async (path: string) => (await get(path)).text();

/** The system's error code of a new connection, or "connected". */
function tryConnect(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
  });
}

describe("how it fails", () => {
  test("kill refuses connections and cuts open ones; revive has the same port", async () => {
    const idle = connect(origin.port, "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    const cut = new Promise((resolve) => idle.once("close", resolve));
    idle.on("error", () => undefined);
    await origin.kill();
    await cut;
    expect(origin.state()).toEqual({ listening: false, fault: "none" });
    expect(await tryConnect(origin.port)).toBe("ECONNREFUSED");
    await origin.revive();
    expect(await tryConnect(origin.port)).toBe("connected");
    expect(await getText("/v360/index.m3u8")).toContain(`${LAST_MSN}.m4s`);
  });

  test("kill ends an answer that is waiting", async () => {
    origin.slow(3_600_000);
    const waiting = get("/master.m3u8").then(
      () => "answered",
      () => "cut",
    );
    while (origin.counts().playlists === 0) await new Promise((resolve) => setImmediate(resolve));
    await origin.kill();
    expect(await waiting).toBe("cut");
  });

  test("kill and revive in any order and number end in the last state", async () => {
    await Promise.all([origin.kill(), origin.kill(), origin.revive(), origin.kill()]);
    expect(origin.state().listening).toBe(false);
    await Promise.all([origin.revive(), origin.revive()]);
    expect(await tryConnect(origin.port)).toBe("connected");
  });

  test("a port in use is named", async () => {
    const content = () => undefined;
    const second = makeOriginServer({ content, shown: () => shown, port: origin.port });
    await expect(second).rejects.toThrow(`Port ${origin.port} on 127.0.0.1 is in use.`);
  });

  test("freeze: playlists stand still with 200, segments stay; clear catches up", async () => {
    origin.freeze();
    shown = windowAt(LAST_MSN + 100);
    const frozen = await get("/v360/index.m3u8");
    expect(frozen.status).toBe(200);
    expect(await frozen.text()).toContain(`MEDIA-SEQUENCE:${LAST_MSN - 9}\n`);
    expect((await getBytes(`/v360/${LAST_MSN - 9}.m4s`)).response.status).toBe(200);
    origin.freeze();
    expect(await getText("/v360/index.m3u8")).toContain(`MEDIA-SEQUENCE:${LAST_MSN - 9}\n`);
    origin.clear();
    expect(await getText("/v360/index.m3u8")).toContain(`MEDIA-SEQUENCE:${LAST_MSN + 91}\n`);
  });

  test("fail, for everything or for one class", async () => {
    origin.fail(503);
    expect([(await get("/master.m3u8")).status, (await get(SEGMENT)).status]).toEqual([503, 503]);
    origin.fail(404, "segments");
    expect([(await get("/master.m3u8")).status, (await get(SEGMENT)).status]).toEqual([200, 404]);
    origin.fail(500, "playlists");
    expect([(await get("/master.m3u8")).status, (await get(SEGMENT)).status]).toEqual([500, 200]);
    origin.clear();
    expect([(await get("/master.m3u8")).status, (await get(SEGMENT)).status]).toEqual([200, 200]);
  });

  test("html: a page with status 200", async () => {
    origin.html("playlists");
    const response = await get("/v360/index.m3u8");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).not.toContain("#EXTM3U");
  });

  test("truncate: the full length is promised, half of it comes", async () => {
    const whole = (await getBytes(SEGMENT)).bytes;
    origin.truncate();
    const seen = await new Promise<{ promised: number; got: number; aborted: boolean }>(
      (resolve, reject) => {
        const sent = request(`${origin.url}${SEGMENT}`, (response) => {
          let got = 0;
          response.on("data", (chunk: Buffer) => {
            got += chunk.length;
          });
          const promised = Number(response.headers["content-length"]);
          response.on("error", () => undefined);
          response.on("close", () => resolve({ promised, got, aborted: !response.complete }));
        });
        sent.on("error", reject);
        sent.end();
      },
    );
    const got = Math.floor(whole.length / 2);
    expect(seen).toEqual({ promised: whole.length, got, aborted: true });
  });
});
