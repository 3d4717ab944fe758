// What hostile requests are sent at: the real workers, an origin that answers for the catalog's
// channels, and a canary that nobody may ever ask: a server of the same machine that no catalog
// names. What the origin was asked is kept, because the worst findings show there first.

import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { type EdgeStack, startEdgeStack } from "../../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../../kit/live-script.ts";
import { printVod } from "../../kit/playlists.ts";
import { makeMacKey, makePairKey, mintCat, mintJwt } from "../../kit/token-mint.ts";
import type { HostileWorld } from "./hostile-request.ts";
import { MARK } from "./hostile-words.ts";

/** What stands behind the token. */
export const SECRET = "bytes behind a token";
/** Folders that a clean visitor read before, and such that are only asked for afterwards. */
const FOLDERS = [...numbered("warm", 30), ...numbered("cold", 120)];
export const SEGMENTS = 4;

export interface FuzzStack {
  readonly kit: EdgeStack;
  readonly world: HostileWorld;
  readonly live: LiveScript;
  /** What is wrong with what origins and canary saw, each thing once. */
  readonly leaks: ReadonlySet<string>;
  /** What workers wrote so far. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${name}${at}`);
}

/** Starts it all. */
export async function startFuzzStack(): Promise<FuzzStack> {
  const keys = [await makeMacKey("mac", 1), await makePairKey("pair")] as const;
  const leaks = new Set<string>();
  const canary = await startCanary(leaks);
  const kit = await startEdgeStack(
    [
      { id: "open", mode: "vod" },
      { id: "live" },
      { id: "guarded", mode: "vod", policy: 'auth = "token"\nissuers = ["shop"]' },
    ],
    {
      log: "",
      shim: { evictionChance: 0 },
      control: { WEIR_API_RATE: "100000:100000" },
      bindings: { WEIR_TOKEN_A: keys[0].secret, WEIR_TOKEN_B: keys[1].secret },
      toml: () => '[[issuers]]\nid = "shop"\nkeys = ["A", "B"]\n',
    },
  );
  const exp = Math.floor(Date.now() / 1_000) + 86_400;
  const tokens = [
    await mintJwt({ exp, cdniuc: "regex:https?://.*/guarded/.*" }, keys[0]),
    await mintJwt({ exp, jti: "s", cdniuc: "regex:https?://.*/guarded/.*" }, keys[1]),
    await mintCat(
      new Map<number, never>([
        [4, exp as never],
        [312, new Map([[3, new Map([[1, "/guarded/"]])]]) as never],
      ]),
      keys[1],
    ),
  ];
  const live = startLiveScript({ origin: kit.a, path: "/live/index.m3u8" });
  playOrigin(kit, tokens, leaks);
  const world: HostileWorld = {
    edgePaths: [
      ...FOLDERS.flatMap((folder) => toPaths("open", folder)),
      ...["/live/index.m3u8", "/live/index.m3u8", "/live/index.m3u8", "/live/s100.ts"],
      ...["/_/healthz", "/_/probe", "/_/steering/open", "/nobody/index.m3u8"],
    ],
    guardedPaths: FOLDERS.slice(0, 40).flatMap((folder) => toPaths("guarded", folder)),
    controlPaths: await readControlPaths(kit.stack.controlUrl),
    tokens,
    bearer: kit.stack.token,
    canaryHost: canary.host,
    // Without the mark: a path is a viewer's own, and may be asked for below the prefix.
    canaryUrl: `http://${canary.host}/canary`,
  };
  return {
    kit,
    world,
    live,
    leaks,
    lines: kit.lines,
    async stop() {
      live.stop();
      await kit.stop();
      canary.close();
    },
  };
}

function toPaths(channel: string, folder: string): readonly string[] {
  const files = Array.from({ length: SEGMENTS }, (_, at) => `${at}.ts`);
  return ["index.m3u8", ...files].map((file) => `/${channel}/${folder}/${file}`);
}

/** The origin answers every name; its bodies say which, so that a mix-up shows. */
function playOrigin(kit: EdgeStack, tokens: readonly string[], leaks: Set<string>): void {
  const secrets = [...tokens, kit.stack.token];
  for (const channel of ["open", "live", "guarded"]) {
    kit.a.onPrefix(`/${channel}/`, ({ url = "", headers }) => {
      const said = url + JSON.stringify(headers);
      if (said.includes(MARK)) leaks.add(`an origin was told what a viewer said: ${said}`);
      if (secrets.some((secret) => said.includes(secret))) leaks.add(`a token reached: ${url}`);
      if (/\.m3u8?$/i.test(url)) return { body: printVod(SEGMENTS) };
      return { body: channel === "guarded" ? SECRET : `bytes of ${url}` };
    });
  }
}

/** What of the origin's log no catalog allows. */
export function findStrayReads({ a, b }: EdgeStack): readonly string[] {
  const stray = a.seen.filter(({ path, isProbe }) => {
    const isBelow = /^\/(?:open|live|guarded)\//.test(path);
    const climbs = /(?:^|\/)(?:\.|%2e){1,2}(?:[/;?]|%2f|%5c|$)/i.test(path.replace(/\?.*$/, ""));
    return !isProbe && (!isBelow || climbs);
  });
  return [
    ...new Set(stray.map(({ path }) => `the origin was asked for ${path}`)),
    ...(b.seen.some(({ isProbe }) => !isProbe) ? ["an origin of no channel was asked"] : []),
  ];
}

async function startCanary(leaks: Set<string>) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (chunk) => {
      leaks.add(`the canary was asked: ${chunk.toString("latin1").slice(0, 200)}`);
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, close: () => server.close() };
}

/** Every place of the API, from its own document, and what is beside it. */
async function readControlPaths(controlUrl: string): Promise<readonly string[]> {
  const response = await fetch(`${controlUrl}/api/v1/openapi.json`);
  const { paths } = (await response.json()) as { readonly paths: Readonly<Record<string, object>> };
  const beside = ["/", "/healthz", "/metrics", "/console/config.json", "/local/origins/{id}/kill"];
  return [...Object.keys(paths).map((path) => `/api/v1${path}`), ...beside];
}
