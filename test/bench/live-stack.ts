// The real stack for the live bench and the drill: all three workers under the production shim,
// with N edges on the same objects and scripted distances between them.

import { fileURLToPath } from "node:url";
import { claimPort } from "../../infra/local/ports.ts";
import { type Stack, startStack } from "../../infra/local/stack.ts";

export interface LiveStackOptions {
  readonly edges: number;
  /** TOML of origins and channels. */
  readonly catalog: string;
  /** Options of the shim (test/kit/production/shim.ts), or null for the workers as they are. */
  readonly shim: object | null;
}

/** Calls between objects take no time. */
export const NO_DISTANCE = { distanceMs: { near: 0, continent: 0, far: 0 } } as const;
/** Round trips of calls between objects on the network, as the shim plays them. */
export const REAL_DISTANCE = { distanceMs: { near: 2, continent: 30, far: 150 } } as const;
/**
 * One way of a version between objects until each of three edges has it: from the source to the
 * coordinator and from the relay to the isolate nearby, from the coordinator to the relay nearby
 * (first edge, same region) or across an ocean (the other two).
 */
export const WAYS_MS = [1 + 1 + 1, 1 + 75 + 1, 1 + 75 + 1] as const;

export async function startLiveStack(options: LiveStackOptions): Promise<Stack> {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  const edges: number[] = [];
  while (edges.length < options.edges) edges.push(await claim());
  const ports = { edges, control: await claim(), storage: await claim() };
  const shimmed = {
    entries: {
      edge: toPath("../kit/production/edge.ts"),
      preload: toPath("../kit/production/preload.ts"),
      control: toPath("../kit/production/control.ts"),
    },
    bindings: { WEIR_SHIM: JSON.stringify(options.shim), WEIR_LOG: "quiet" },
  };
  return await startStack({
    ports,
    demo: false,
    unaligned: false,
    catalog: options.catalog,
    data: null,
    ...(options.shim === null ? { bindings: { WEIR_LOG: "quiet" } } : shimmed),
  });
}

function toPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

export interface LiveChannel {
  readonly id: string;
  /** Origins' ids and addresses, in order of preference. */
  readonly origins: readonly { readonly id: string; readonly url: string }[];
  /** Further TOML below [channels.policy]. */
  readonly policy?: string;
}

/** Each channel reads its origins below `/{channel}/`, so that its requests can be told apart. */
export function printLiveCatalog(channels: readonly LiveChannel[]): string {
  const origins = new Map(
    channels.flatMap(({ origins }) => origins.map(({ id, url }) => [id, url])),
  );
  const tables = [...origins].map(
    ([id, url]) => `[[origins]]\nid = "${id}"\nkind = "http"\nurl = "${url}"\n`,
  );
  for (const { id, origins, policy = "" } of channels) {
    const places = origins.map((origin) => `{id = "${origin.id}", prefix = "/${id}"}`).join(", ");
    tables.push(
      `[[channels]]\nid = "${id}"\nmode = "live"\nplaylist = "master.m3u8"\n` +
        `origins = [${places}]\n[channels.policy]\n${policy}\n`,
    );
  }
  return tables.join("\n");
}
