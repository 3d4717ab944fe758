// The conformance table, judged: a "cache" that is none (the origin itself) and one that keeps
// everything for ever must each break the rows that are there to catch them.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTableOrigin, type TableOrigin } from "../conformance/origin.ts";
import { playTable } from "../conformance/play-table.ts";
import type { CacheUnderTest } from "../conformance/run-case.ts";
import { TABLE } from "../conformance/table.ts";

const rowsOf = (names: readonly string[]) => ({
  some: Object.values(TABLE)
    .flat()
    .filter(({ name }) => names.includes(name)),
});
const ROWS = rowsOf([
  "max-age",
  "no-store",
  "private",
  "expires-past",
  "none-match-other",
  "together-no-store",
  "vary-any",
  "if-error-500",
]);

let origin: TableOrigin;
let keeper: Server;
let keeperUrl: string;

/** Keeps the first answer to every path, whatever it says about itself. */
function startKeeper(): Server {
  const kept = new Map<string, Promise<{ status: number; body: Buffer }>>();
  return createServer((request, response) => {
    const path = request.url ?? "/";
    const load = async () => {
      const answer = await fetch(origin.url + path);
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
    };
    const stored = kept.get(path) ?? load();
    kept.set(path, stored);
    void stored.then(({ status, body }) => {
      response.writeHead(status, { "content-length": body.byteLength }).end(body);
    });
  });
}

beforeAll(async () => {
  origin = await startTableOrigin(ROWS.some);
  keeper = startKeeper();
  await new Promise<void>((resolve) => keeper.listen(0, "127.0.0.1", resolve));
  keeperUrl = `http://127.0.0.1:${(keeper.address() as AddressInfo).port}`;
});
afterAll(async () => {
  keeper.closeAllConnections();
  keeper.close();
  await origin.stop();
});

async function findBroken(reader: string, url: string): Promise<readonly string[]> {
  const toPath = (group: string, file: string) => `/${reader}/${group}/${file}`;
  const cache: CacheUnderTest = { name: reader, reader, url, toPath };
  const played = await playTable(ROWS, [cache], origin);
  return played
    .filter(({ outcomes }) => outcomes.get(reader)?.kind === "broken")
    .map(({ row }) => row.name)
    .toSorted();
}

test("no cache at all reuses nothing and stands in for nobody", async () => {
  expect(await findBroken("none", origin.url)).toEqual([
    "if-error-500",
    "max-age",
    "none-match-other",
  ]);
});

test("a cache that keeps everything is told so", async () => {
  expect(await findBroken("keeper", keeperUrl)).toEqual([
    "expires-past",
    "no-store",
    "private",
    "together-no-store",
    "vary-any",
  ]);
});
