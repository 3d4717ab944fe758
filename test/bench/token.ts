// What a viewer's token costs: `npm run bench -- token [--json]`. CPU time of workerd per request
// of a cached live playlist (user + system, all threads; lower quartile of turns taken in
// rotation): of an open channel, of one behind tokens that the isolate has met, and of one behind
// tokens that are new each time. The last walks the whole way besides, so its surplus is more than
// the check alone. Takes about two minutes; needs only npm. Figures of a busy machine are busy
// figures.

import { claimPort } from "../../infra/local/ports.ts";
import { startStack } from "../../infra/local/stack.ts";
import { type Child, startChild } from "../kit/child-calls.ts";
import { startLiveScript } from "../kit/live-script.ts";
import { toQuantile } from "../kit/players/figures.ts";
import { startScriptedOrigin } from "../kit/scripted-origin.ts";
import { type MintKey, makeMacKey, makePairKey, mintCat, mintJwt } from "../kit/token-mint.ts";
import type { LoadCounts } from "./live-load.ts";
import { type BenchRow, printRows } from "./rows.ts";
import { readCpuUs, readWorkerds } from "./workerd-process.ts";

const ROUNDS = 5;
const TURN_MS = 1_000;
const WARM_MS = 1_500;
const CONNECTIONS = 16;
/** More than an isolate remembers, so that in turn each of them is new. */
const NEW_COUNT = 6_000;
const CACHED_GOAL = 1.05;
const FIRST_US_MAX = 300;
const PLAYLIST = "index.m3u8";
const EXPIRES = Math.floor(Date.now() / 1000) + 3_600;

interface Case {
  readonly name: string;
  readonly paths: readonly string[];
}

const toJwt = (key: MintKey, jti: string) => {
  const cdniuc = "regex:http://127\\.0\\.0\\.1:[0-9]+/guarded/.*";
  return mintJwt({ iss: "shop", exp: EXPIRES, jti, cdniuc }, key);
};

const toCat = (key: MintKey, id: string) =>
  mintCat(
    new Map<number, never>([
      [1, "shop" as never],
      [4, EXPIRES as never],
      [7, new TextEncoder().encode(id) as never],
      [312, new Map([[3, new Map([[1, "/guarded/"]])]]) as never],
    ]),
    key,
  );

async function makeCases(mac: MintKey, pair: MintKey): Promise<readonly Case[]> {
  const toPath = (token: string) => `/~${token}/guarded/${PLAYLIST}`;
  const many = async (make: (id: string) => Promise<string>) => {
    const paths: string[] = [];
    for (let n = 0; n < NEW_COUNT; n++) paths.push(toPath(await make(`session-${n}`)));
    return paths;
  };
  const one = await toJwt(mac, "session");
  return [
    { name: "open channel", paths: [`/open/${PLAYLIST}`] },
    { name: "open channel, a token in front", paths: [`/~${one}/open/${PLAYLIST}`] },
    { name: "known JWT", paths: [toPath(one)] },
    { name: "known CAT", paths: [toPath(await toCat(mac, "session"))] },
    { name: "new JWT, HS256", paths: await many((id) => toJwt(mac, id)) },
    { name: "new JWT, ES256", paths: await many((id) => toJwt(pair, id)) },
    { name: "new CAT, HS256", paths: await many((id) => toCat(mac, id)) },
  ];
}

function printCatalog(url: string): string {
  const toChannel = (id: string, policy: string) =>
    `[[channels]]\nid = "${id}"\nmode = "live"\nplaylist = "${PLAYLIST}"\norigins = ["a"]\n` +
    `[channels.policy]\nreplicas = "identical"\n${policy}\n`;
  return (
    `[[origins]]\nid = "a"\nkind = "http"\nurl = "${url}"\n` +
    '[[issuers]]\nid = "shop"\niss = "shop"\nkeys = ["MAC", "PAIR"]\n' +
    toChannel("open", "") +
    toChannel("guarded", 'auth = "token"\nissuers = ["shop"]')
  );
}

async function measure(load: Child, url: string, pid: number, cases: readonly Case[]) {
  const turns = new Map(cases.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, paths } of round % 2 === 0 ? cases : [...cases].reverse()) {
      const options = { url, path: "", paths, headers: "", conditional: false };
      const run = (lastsMs: number) =>
        load.call<LoadCounts>("run", { ...options, connections: CONNECTIONS, lastsMs });
      // A channel that nobody watched for some turns has to be followed again first.
      await run(WARM_MS);
      const beforeUs = readCpuUs(pid);
      const counts = await run(TURN_MS);
      if (counts.failed > 0) throw new Error(`${name}: ${counts.failed} answers were none.`);
      turns.get(name)?.push((readCpuUs(pid) - beforeUs) / counts.ok);
    }
  }
  return new Map([...turns].map(([name, few]) => [name, toQuantile(few, 0.25)]));
}

function toRow(name: string, ours: number, open: number): BenchRow {
  const isNew = name.startsWith("new");
  const ratio = isNew ? ours - open : ours / open;
  const goal = isNew ? FIRST_US_MAX : CACHED_GOAL;
  const row = isNew ? `${name}: µs above open` : `${name}: share of open`;
  const peer = { peer: null, peerName: null, limit: open, unit: "µs/request" };
  return { bench: "token", row, ours, ...peer, ratio, floor: goal, goal, pass: ratio <= goal };
}

// Whoever measures speed does without the modest heap of the local stack.
process.env["MINIFLARE_WORKERD_V8_FLAGS"] ??= "";
const [mac, pair] = [await makeMacKey("mac", 7), await makePairKey("pair")];
const origin = await startScriptedOrigin();
const script = startLiveScript({ origin, path: `/${PLAYLIST}`, segmentMs: 2_000 });
const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
const stack = await startStack({
  ports: { edges: [await claim()], control: await claim(), storage: await claim() },
  demo: false,
  unaligned: false,
  catalog: printCatalog(origin.url),
  data: null,
  bindings: { WEIR_LOG: "quiet", WEIR_TOKEN_MAC: mac.secret, WEIR_TOKEN_PAIR: pair.secret },
});
const load = startChild(new URL("./live-load.ts", import.meta.url));
try {
  const [pid = 0] = readWorkerds();
  const figures = await measure(load, stack.edgeUrls[0] ?? "", pid, await makeCases(mac, pair));
  const open = figures.get("open channel") ?? Number.NaN;
  const rows = [...figures].slice(1).map(([name, us]) => toRow(name, us, open));
  process.stdout.write(printRows(rows, process.argv.includes("--json")));
  process.exitCode = rows.every(({ pass }) => pass) ? 0 : 1;
} finally {
  await load.stop();
  await stack.stop();
  script.stop();
  await origin.stop();
}
