// `npm start`: reads the flags, checks what can be checked before anything runs, starts the stack,
// says where everything is, and ends it all on the first signal.

import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { checkCatalogFile } from "./catalog.ts";
import { type Flags, HELP, parseFlags } from "./flags.ts";
import { watchAncestors } from "./guard.ts";
import { claimPort } from "./ports.ts";
import { type Stack, startStack } from "./stack.ts";

/** Longest orderly stop; after it we go without manners, and the guard ends workerd. */
const STOP_MS_MAX = 5_000;

const UNALIGNED = [
  '  Origins "west" and "ll-west" number and name their segments on their own. If "east" dies, the',
  "  channel goes on from west behind one EXT-X-DISCONTINUITY, and players play through.",
];

const reading = parseFlags(process.argv.slice(2));
if (reading.kind === "flags") await run(reading.flags);
else if (reading.kind === "help") process.stdout.write(HELP);
else fail([reading.message]);

async function run(flags: Flags): Promise<void> {
  const startedAtMs = Date.now();
  const catalog = flags.catalog === null ? null : await readCatalogFile(flags.catalog);
  const ports = await claimPorts(flags);
  let stack: Stack | null = null;
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code), STOP_MS_MAX).unref();
    await stack?.stop().catch(() => undefined);
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop(0));
  }
  watchAncestors(() => void stop(0));
  try {
    const log = (line: string) => console.error(`weir: ${line}`);
    const { demo, unaligned, plain, data } = flags;
    stack = await startStack({ ports, demo, unaligned, plain, catalog, data, log });
  } catch (error) {
    fail([error instanceof Error ? error.message : String(error)]);
  }
  if (stopping) return;
  if (stack !== null) announce(stack, flags, Date.now() - startedAtMs);
  collectGarbage();
}

/** Starting leaves up to 100 MB of garbage, which an idle process may keep for minutes. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

async function readCatalogFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    return fail([`the catalog ${path} cannot be read: ${error.code ?? error.message}`]);
  });
  const problems = checkCatalogFile(path, text);
  if (problems.length > 0) {
    fail([...problems, "nothing was started; correct the catalog and try again."]);
  }
  return text;
}

async function claimPorts(flags: Flags) {
  const claim = async (port: number, what: string, flag: string) => {
    const remedy = `stop its owner or choose another with ${flag} N.`;
    const claimed = await claimPort(port);
    return claimed ?? fail([`port ${port} on 127.0.0.1 is in use (${what}); ${remedy}`]);
  };
  const first = await claim(flags.port, "edge", "--port");
  const control = await claim(flags.controlPort, "control", "--control-port");
  const storage = await claim(flags.storagePort, "chunk storage", "--storage-port");
  const edges = [first];
  while (edges.length < flags.edges) edges.push(await claim(0, "edge", "--port"));
  return { edges, control, storage };
}

function announce(stack: Stack, flags: Flags, tookMs: number): void {
  const [edge = ""] = stack.edgeUrls;
  const lines = [
    "",
    `  Weir is up after ${(tookMs / 1_000).toFixed(1)} s.`,
    "",
    `  player and console   ${stack.controlUrl}/`,
    ...(flags.demo
      ? [
          `  live playlist        ${edge}/demo/master.m3u8`,
          `  low-latency playlist ${edge}/demo-ll/master.m3u8`,
          `  VOD playlist         ${edge}/demo-vod/master.m3u8`,
        ]
      : []),
    ...stack.edgeUrls.slice(1).map((url, index) => `  edge ${index + 2}               ${url}`),
    `  control API          ${stack.controlUrl}/api/v1`,
    `  metrics              ${stack.controlUrl}/metrics`,
    `  chunk storage (S3)   ${stack.storage.endpoint}`,
    `  development token    ${stack.token}`,
    ...(flags.unaligned ? ["", ...UNALIGNED] : []),
    "",
    "  Ctrl-C ends everything.",
    "",
  ];
  console.log(lines.join("\n"));
  console.log(`weir ready edge=${edge} control=${stack.controlUrl}`);
}

function fail(lines: readonly string[]): never {
  for (const line of lines) console.error(`weir: ${line}`);
  process.exit(1);
}
