// The local stack in front of low-latency origins that count what they are asked, and real players
// on it. Packagers `east` and `west` agree on nothing but the picture and the clock; `plain` is
// east without low latency.

import type { Browser } from "playwright-core";
import { loadMediaLibrary } from "../../../infra/local/demo/media-library.ts";
import {
  PART_ORIGIN_NAMES,
  type PartOriginName,
  type PartOrigins,
  startPartOrigins,
} from "../../../infra/local/low-latency/origins.ts";
import { claimPort } from "../../../infra/local/ports.ts";
import { type Stack, startStack } from "../../../infra/local/stack.ts";
import { openViewer, type Viewer } from "./browser.ts";
import type { PlayerSite } from "./player-site.ts";

/** One request that an origin got, but for those of the health watch. */
export interface OriginRequest {
  readonly atMs: number;
  readonly origin: PartOriginName;
  readonly path: string;
  readonly query: string;
}

export interface LowLatencyRig {
  readonly origins: PartOrigins["origins"];
  readonly edgeUrl: string;
  readonly requests: readonly OriginRequest[];
  readonly open: (browser: Browser, site: PlayerSite) => Promise<Viewer>;
  readonly stop: () => Promise<void>;
}

/** A channel `show` that prefers these origins in this order. */
export async function startLowLatencyRig(
  names: readonly PartOriginName[] = PART_ORIGIN_NAMES,
): Promise<LowLatencyRig> {
  const requests: OriginRequest[] = [];
  const library = await loadMediaLibrary();
  const { origins, stop } = await startPartOrigins({
    library,
    unaligned: true,
    onRequest: (origin, { path, query }, userAgent) => {
      if (userAgent === "weir-probe") return;
      requests.push({ atMs: Date.now(), origin, path, query });
    },
  });
  const stack = await startBareStack(printCatalog(names, origins)).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const edgeUrl = stack.edgeUrls[0] ?? "";
  return {
    origins,
    edgeUrl,
    requests,
    async open(browser, site) {
      const viewer = await openViewer(browser, { edgeUrl });
      await viewer.page.goto(site.toUrl(`${edgeUrl}/show/master.m3u8`));
      return viewer;
    },
    async stop() {
      await stack.stop();
      await stop();
    },
  };
}

/** Whose newest version the edge shows; null where it shows none. */
export async function readFeed({ edgeUrl }: LowLatencyRig): Promise<string | null> {
  const response = await fetch(`${edgeUrl}/show/v144/index.m3u8`);
  await response.arrayBuffer();
  return /origin;desc="([^"]+)"/.exec(response.headers.get("server-timing") ?? "")?.[1] ?? null;
}

async function startBareStack(catalog: string): Promise<Stack> {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  return await startStack({
    ports: { edges: [await claim()], control: await claim(), storage: await claim() },
    demo: false,
    unaligned: false,
    catalog,
    data: null,
    bindings: { WEIR_LOG: "quiet" },
    log: (line) => console.log(`  stack: ${line}`),
  });
}

function printCatalog(names: readonly PartOriginName[], origins: PartOrigins["origins"]): string {
  const tables = names.map(
    (name) => `[[origins]]\nid = "${name}"\nkind = "http"\nurl = "${origins[name].url}"\n`,
  );
  const order = names.map((name) => `"${name}"`).join(", ");
  return `${tables.join("\n")}\n[[channels]]\nid = "show"\nmode = "live"\norigins = [${order}]\n`;
}
