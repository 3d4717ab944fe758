// The caches that the conformance table judges: Weir as it is deployed (the real workers behind one
// edge of the local stack, under the production shim), and nginx and Varnish as a careful operator
// sets them up for correctness: nothing that overrides what the origin says.

import { claimPort } from "../../infra/local/ports.ts";
import { startStack } from "../../infra/local/stack.ts";
import { type PeerKind, startPeers, writeNginx, writeVarnish } from "../bench/live-peers.ts";
import { NGINX, VARNISH } from "../bench/live-programs.ts";
import { SHIMMED_ENTRIES } from "../kit/shimmed-entries.ts";
import type { CacheUnderTest } from "./run-case.ts";

export interface RunningCaches {
  readonly caches: readonly CacheUnderTest[];
  readonly stop: () => Promise<void>;
}

const READER = "weir";

/** Starts Weir alone, with a channel per group. */
export async function startWeir(
  originUrl: string,
  groups: readonly string[],
): Promise<RunningCaches> {
  const ports = {
    edges: [(await claimPort(0)) ?? 0],
    control: (await claimPort(0)) ?? 0,
    storage: (await claimPort(0)) ?? 0,
  };
  const stack = await startStack({
    ports,
    demo: false,
    unaligned: false,
    catalog: printCatalog(originUrl, groups),
    data: null,
    entries: SHIMMED_ENTRIES,
    bindings: { WEIR_SHIM: "{}", WEIR_LOG: "quiet" },
  });
  const weir: CacheUnderTest = {
    name: "Weir",
    reader: READER,
    url: stack.edgeUrls[0] ?? "",
    toPath: (group, file) => `/${group}/${file}`,
  };
  return { caches: [weir], stop: () => stack.stop() };
}

/**
 * Files of libraries, whose names a viewer may ask for without a playlist. Segments there are kept
 * for half an hour at least, whatever their origin says, so rows about lifetimes use side files.
 */
function printCatalog(originUrl: string, groups: readonly string[]): string {
  const channels = groups.map(
    (group) =>
      `[[channels]]\nid = "${group}"\nmode = "vod"\nplaylist = "index.m3u8"\n` +
      `origins = [{id = "table", prefix = "/${READER}/${group}"}]\n`,
  );
  return [
    `[[origins]]\nid = "table"\nkind = "http"\nurl = "${originUrl}"\n`,
    ...channels,
    "[probe]\ninterval_ms = 60000\n",
  ].join("\n");
}

const NGINX_CAREFUL = `
      proxy_cache_lock on;
      proxy_cache_revalidate on;
      proxy_cache_background_update on;
      proxy_read_timeout 5s;`;

/** A time-out shorter than the default minute, so that the row about it ends. */
const VARNISH_CAREFUL = `
sub vcl_backend_fetch {
  set bereq.first_byte_timeout = 5s;
}
`;

const KINDS: readonly PeerKind[] = [
  {
    name: "nginx",
    program: NGINX,
    write: (...words) => writeNginx(NGINX_CAREFUL, ...words),
  },
  {
    name: "Varnish",
    program: VARNISH,
    // Its ten seconds of grace are a default that no origin asked for.
    write: async (...words) => [
      ...(await writeVarnish(VARNISH_CAREFUL, ...words)),
      ...["-p", "default_grace=0", "-p", "default_keep=3600"],
    ],
  },
];

/** Starts the peers whose programs are there. */
export async function startPeerCaches(originUrl: string): Promise<RunningCaches> {
  const peers = await startPeers(originUrl, KINDS);
  const caches = peers.map(({ name, url }): CacheUnderTest => {
    const reader = name.toLowerCase();
    return { name, reader, url, toPath: (group, file) => `/${reader}/${group}/${file}` };
  });
  return { caches, stop: async () => void (await Promise.all(peers.map((peer) => peer.stop()))) };
}
