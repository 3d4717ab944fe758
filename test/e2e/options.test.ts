// What the flags of `npm start` promise, on the real thing: several edges, the unaligned demo, the
// user's own catalog over HTTP and S3, and a directory that survives a restart.

import { afterEach, describe, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { startFreeStack } from "./kit/free-stack.ts";
import { endAll, FREE_PORTS, type NpmStart, npmStart, waitForEnd } from "./kit/npm-start.ts";
import { type OwnOrigin, startOwnOrigin, toDigest } from "./kit/own-origin.ts";
import { makeScratch } from "./kit/scratch.ts";

const scratch = makeScratch();
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  endAll();
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const WAIT_MS_MAX = 30_000;

/** Asks again until the answer fits, and returns the last one either way. */
async function askUntil(url: string, fits: (text: string) => boolean): Promise<string> {
  const untilMs = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const text = await (await fetch(url)).text();
    if (fits(text) || Date.now() > untilMs) return text;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Routes {
  readonly catalogVersion: number;
  readonly channels: readonly {
    readonly id: string;
    readonly timelines: readonly { readonly n: number; readonly origins: readonly string[] }[];
    readonly current: number;
  }[];
}

async function readRoutes(control: string): Promise<Routes> {
  return (await (await fetch(`${control}/api/v1/routes`)).json()) as Routes;
}

async function stop(weir: NpmStart): Promise<void> {
  const family = weir.family();
  process.kill(weir.pid, "SIGTERM");
  expect((await waitForEnd(family, 10_000)).left).toEqual([]);
}

test("--edges 3: three edges serve the same bytes", async () => {
  const weir = npmStart([...FREE_PORTS, "--edges", "3"]);
  const { edge } = await weir.ready();
  const further = [...weir.stdout().matchAll(/^ {2}edge \d +(http:\S+)$/gm)].map(([, url]) => url);
  const edges = [edge, ...further];
  expect(new Set(edges).size).toBe(3);
  const readAll = (path: string) =>
    Promise.all(edges.map(async (url) => (await fetch(`${url}${path}`)).text()));

  const [master, ...masters] = await readAll("/demo/master.m3u8");
  expect(master).toContain("#EXT-X-STREAM-INF");
  expect(masters).toEqual([master, master]);
  // An edge may be one version behind another for a moment; a version is the same everywhere.
  const versions: Map<string, string>[] = edges.map(() => new Map());
  for (let look = 0; look < 20; look += 1) {
    for (const [index, text] of (await readAll("/demo/v240/index.m3u8")).entries()) {
      versions[index]?.set(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? text, text);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const [first = new Map<string, string>(), ...others] = versions;
  for (const other of others) {
    const shared = [...first.keys()].filter((version) => other.has(version));
    expect(shared.length).toBeGreaterThanOrEqual(2);
    for (const version of shared) expect(other.get(version)).toBe(first.get(version));
  }
});

test("--demo-unaligned: two timelines, and the second one's label after the first has died", async () => {
  const weir = npmStart([...FREE_PORTS, "--demo-unaligned"]);
  const { edge, control } = await weir.ready();
  const url = `${edge}/demo/v240/index.m3u8`;
  const isSplit = (text: string) =>
    (JSON.parse(text) as Routes).channels.find(({ id }) => id === "demo")?.timelines.length === 2;
  const routes = JSON.parse(await askUntil(`${control}/api/v1/routes`, isSplit)) as Routes;
  expect(routes.channels.find(({ id }) => id === "demo")).toMatchObject({
    timelines: [
      { n: 0, origins: ["east"] },
      { n: 1, origins: ["west"] },
    ],
    current: 0,
  });
  expect(await (await fetch(url)).text()).not.toContain("@t");

  const killed = await fetch(`${control}/local/origins/east/kill`, { method: "POST" });
  expect(killed.status).toBe(204);
  const after = await askUntil(url, (text) => text.includes("@t1/"));
  // What east had published stays in the window; behind the cut everything is west's.
  const [before = "", behind = ""] = after.split("#EXT-X-DISCONTINUITY\n");
  const toUris = (text: string) =>
    text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const uris = toUris(behind);
  expect(uris.length).toBeGreaterThan(0);
  for (const uri of toUris(before)) expect(uri).not.toMatch(/@t/);
  for (const uri of uris) expect(uri).toMatch(/@t1\//);
  expect(behind).toMatch(/#EXT-X-MAP:URI="[^"]*@t1\//);
  const segment = await fetch(new URL(uris.at(-1) ?? "", url));
  expect(segment.status).toBe(200);
  expect((await segment.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
});

describe("--catalog FILE --no-demo", () => {
  async function startOrigin(): Promise<OwnOrigin> {
    const origin = await startOwnOrigin();
    cleanups.push(origin.stop);
    return origin;
  }
  const printCatalog = (origin: OwnOrigin) => `
[[origins]]
id = "mine"
kind = "http"
url = "${origin.url}"

[[channels]]
id = "show"
mode = "vod"
playlist = "index.m3u8"
origins = ["mine"]
`;

  test("serves the user's own HTTP origin, byte for byte", async () => {
    const origin = await startOrigin();
    const file = await scratch.write("http.toml", printCatalog(origin));
    const weir = npmStart([...FREE_PORTS, "--no-demo", "--catalog", file]);
    const { edge, control } = await weir.ready();
    const url = `${edge}/show/index.m3u8`;
    const playlist = await askUntil(url, (text) => text.startsWith("#EXTM3U"));
    const uris = playlist.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const digests = await Promise.all(
      uris.map(async (uri) => {
        const response = await fetch(new URL(uri, url));
        return toDigest(new Uint8Array(await response.arrayBuffer()));
      }),
    );
    expect(digests).toEqual(origin.digests);
    expect((await readRoutes(control)).channels.map(({ id }) => id)).toEqual(["show"]);
    expect((await fetch(`${edge}/demo/master.m3u8`)).status).toBe(404);
  });

  test("reads a private bucket with the credentials of the environment, and not without", async () => {
    const other = await startFreeStack();
    cleanups.push(other.stop);
    const bindings = await other.miniflare.getBindings<Record<string, string>>("weir-edge");
    const secret = bindings["WEIR_S3_DEMO_CHUNKS"] ?? "";
    expect(secret).toMatch(/^[0-9a-f]+:[0-9a-f]+$/);
    const file = await scratch.write(
      "s3.toml",
      `
[[origins]]
id = "bucket"
kind = "s3"
endpoint = "${other.storage.endpoint}"
bucket = "chunks"
prefix = "vod"
credentials = "MINE"

[[channels]]
id = "show"
mode = "vod"
origins = [{id = "bucket", prefix = "/demo"}]
`,
    );
    const words = [...FREE_PORTS, "--no-demo", "--catalog", file];
    const weir = npmStart(words, { env: { WEIR_S3_MINE: secret } });
    const { edge } = await weir.ready();
    const reply = await fetch(`${edge}/show/v240/3.m4s`);
    expect(reply.status).toBe(200);
    const theirs = await fetch(`${other.demo.origins.east.vodUrl}/v240/3.m4s`);
    expect(toDigest(new Uint8Array(await reply.arrayBuffer()))).toBe(
      toDigest(new Uint8Array(await theirs.arrayBuffer())),
    );
    await stop(weir);

    const wrong = npmStart(words, { env: { WEIR_S3_MINE: "nobody:knows" } });
    const refused = await fetch(`${(await wrong.ready()).edge}/show/v240/3.m4s`);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
  });

  test("a catalog beside the demo adds channels to it", async () => {
    const origin = await startOrigin();
    const file = await scratch.write("beside.toml", printCatalog(origin));
    const weir = npmStart([...FREE_PORTS, "--catalog", file]);
    const { edge, control } = await weir.ready();
    const ids = (await readRoutes(control)).channels.map(({ id }) => id);
    expect(ids).toEqual(["demo", "demo-ll", "demo-vod", "show"]);
    expect(await askUntil(`${edge}/show/index.m3u8`, (text) => text.startsWith("#EXTM3U"))).toMatch(
      /#EXT-X-ENDLIST/,
    );
  });
});

describe("--data DIR", () => {
  test("stored media and the catalog's history survive a restart", async () => {
    const data = `${scratch.path}/data`;
    const first = npmStart([...FREE_PORTS, "--data", data]);
    const before = await first.ready();
    const stored = await fetch(`${before.edge}/demo-vod/v240/7.m4s`);
    expect(stored.status).toBe(200);
    const digest = toDigest(new Uint8Array(await stored.arrayBuffer()));
    const { catalogVersion } = await readRoutes(before.control);
    await stop(first);

    // No demo now: whatever is served can only come from what the first run has stored.
    const storagePort = await claimPort(0);
    const file = await scratch.write(
      "kept.toml",
      `
[[origins]]
id = "kept"
kind = "s3"
endpoint = "http://127.0.0.1:${storagePort}/cdn-cgi/local/r2/s3"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "kept-vod"
mode = "vod"
origins = [{id = "kept", prefix = "/vod/demo"}]
`,
    );
    const words = [...FREE_PORTS.slice(0, 4), "--storage-port", `${storagePort}`];
    const second = npmStart([...words, "--no-demo", "--catalog", file, "--data", data]);
    const after = await second.ready();
    const kept = await fetch(`${after.edge}/kept-vod/v240/7.m4s`);
    expect(kept.status).toBe(200);
    expect(toDigest(new Uint8Array(await kept.arrayBuffer()))).toBe(digest);
    // A catalog that was lost would begin to count again.
    expect((await readRoutes(after.control)).catalogVersion).toBe(catalogVersion + 1);
  });

  test("without it nothing is kept", async () => {
    const origin = await startOwnOrigin();
    cleanups.push(origin.stop);
    const weir = npmStart(FREE_PORTS);
    expect((await readRoutes((await weir.ready()).control)).catalogVersion).toBe(1);
  });
});
