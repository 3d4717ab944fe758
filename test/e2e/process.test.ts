// The real `npm start`: its ready line, its refusals, and that every way of ending it leaves
// nothing behind: no process and no port. Needs Linux: the process tree is read from /proc.

import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { endAll, FREE_PORTS, type NpmStart, npmStart, waitForEnd } from "./kit/npm-start.ts";
import {
  type ProcessEntry,
  readListeningPorts,
  readProcessTree,
  residentBytes,
} from "./kit/process-tree.ts";
import { makeScratch } from "./kit/scratch.ts";

afterEach(endAll);
const scratch = makeScratch();

const END_MS_MAX = 5_000;
const IDLE_MS = 20_000;
const RESIDENT_BYTES_MAX = 500e6;

// Tried again once: npm's own Node may hang in its exit (nodejs/node#54918), which is not ours.
describe("refuses with one clear line and starts nothing", { retry: 1 }, () => {
  const BAD_CATALOG = [
    "[[origins]]",
    'id = "mine"',
    'kind = "http"',
    'url = "ftp://127.0.0.1/live"',
    "",
    "[[channels]]",
    'id = "Demo"',
    'mode = "live"',
    'origins = ["minne"]',
    "",
  ].join("\n");

  const rows: readonly {
    readonly name: string;
    readonly words: (busyPort: number, catalog: string) => readonly string[];
    readonly want: (busyPort: number, catalog: string) => readonly RegExp[];
  }[] = [
    {
      name: "an unknown flag",
      words: () => ["--nonsense"],
      want: () => [/^weir: Unknown option '--nonsense'\. See npm start -- --help$/m],
    },
    {
      name: "--no-demo without a catalog",
      words: () => ["--no-demo"],
      want: () => [/^weir: --no-demo needs --catalog FILE: .*See npm start -- --help$/m],
    },
    {
      name: "a port that is no port",
      words: () => ["--port", "eighty"],
      want: () => [/^weir: --port needs a port from 0 to 65535\./m],
    },
    {
      name: "too many edges",
      words: () => ["--edges", "10"],
      want: () => [/^weir: --edges needs a number from 1 to 9\./m],
    },
    {
      name: "the edge's port in use",
      words: (port) => [...FREE_PORTS, "--port", `${port}`],
      want: (port) => [
        new RegExp(`^weir: port ${port} on 127\\.0\\.0\\.1 is in use \\(edge\\)`, "m"),
      ],
    },
    {
      name: "the control port in use",
      words: (port) => [...FREE_PORTS, "--control-port", `${port}`],
      want: (port) => [
        new RegExp(`^weir: port ${port} .* in use \\(control\\).*--control-port`, "m"),
      ],
    },
    {
      name: "the storage's port in use",
      words: (port) => [...FREE_PORTS, "--storage-port", `${port}`],
      want: (port) => [new RegExp(`^weir: port ${port} .* in use \\(chunk storage\\)`, "m")],
    },
    {
      name: "a catalog with mistakes",
      words: (_port, catalog) => [...FREE_PORTS, "--catalog", catalog],
      want: (_port, catalog) => [
        new RegExp(`^weir: ${catalog}:4: .*url`, "m"),
        new RegExp(`^weir: ${catalog}:7: .*id`, "m"),
        /^weir: nothing was started; correct the catalog and try again\.$/m,
      ],
    },
    {
      name: "a catalog that is not there",
      words: () => ["--catalog", "/nonexistent/catalog.toml"],
      want: () => [/^weir: the catalog \/nonexistent\/catalog\.toml cannot be read: ENOENT$/m],
    },
  ];

  test.each(rows)("$name", async ({ words, want }) => {
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const catalog = await scratch.write("bad.toml", BAD_CATALOG);
    try {
      const weir = npmStart(words(port, catalog));
      const { code } = await weir.exit();
      for (const line of want(port, catalog)) expect(weir.stderr()).toMatch(line);
      expect(weir.stderr()).not.toMatch(/^\s+at /m);
      expect(weir.stdout()).not.toContain("weir ready");
      expect(code).toBe(1);
      expect(weir.family().map(({ name }) => name)).not.toContain("workerd");
    } finally {
      await new Promise((resolve) => busy.close(resolve));
    }
  });

  test("--help says all flags and starts nothing", async () => {
    const weir = npmStart(["--help"]);
    expect(await weir.exit()).toMatchObject({ code: 0 });
    const flags =
      "catalog no-demo demo-unaligned demo-plain port control-port storage-port edges data help";
    for (const flag of flags.split(" ")) expect(weir.stdout()).toContain(`  --${flag}`);
    expect(weir.family().map(({ name }) => name)).not.toContain("workerd");
  });
});

describe("ends with everything that it started", () => {
  const rows: readonly {
    readonly name: string;
    readonly end: (weir: NpmStart, family: readonly ProcessEntry[]) => void;
  }[] = [
    { name: "SIGTERM to npm", end: ({ pid }) => process.kill(pid, "SIGTERM") },
    { name: "SIGINT to npm", end: ({ pid }) => process.kill(pid, "SIGINT") },
    { name: "SIGHUP to npm", end: ({ pid }) => process.kill(pid, "SIGHUP") },
    { name: "Ctrl-C: SIGINT to the whole group", end: ({ pid }) => process.kill(-pid, "SIGINT") },
    { name: "kill -9 of npm", end: ({ pid }) => process.kill(pid, "SIGKILL") },
    {
      name: "kill -9 of the node process",
      end: (_weir, family) => process.kill(findStack(family).pid, "SIGKILL"),
    },
    {
      name: "kill -9 of the node process's parent",
      end: (_weir, family) => process.kill(findStack(family).parent, "SIGKILL"),
    },
  ];

  test.each(rows)("$name", async ({ name, end }) => {
    const weir = npmStart(FREE_PORTS);
    const { tookMs } = await weir.ready();
    const family = readProcessTree(weir.pid);
    const ports = readListeningPorts(family);
    expect(family.map((entry) => entry.name)).toContain("workerd");
    // Edge, control, storage, two demo origins and the switchboard.
    expect(ports.length).toBeGreaterThanOrEqual(6);

    end(weir, family);
    const { left, tookMs: endedAfterMs } = await waitForEnd(family, END_MS_MAX);
    console.log(
      `  ${name}: ready after ${(tookMs / 1000).toFixed(1)} s, ` +
        `${family.length} processes ended after ${(endedAfterMs / 1000).toFixed(2)} s`,
    );
    expect(left.map((entry) => `${entry.pid} ${entry.words.join(" ").slice(0, 80)}`)).toEqual([]);
    const claims = await Promise.all(ports.map(claimPort));
    expect(ports.filter((_port, index) => claims[index] === null)).toEqual([]);
  });
});

test("the idle stack stays below 500 MB in all", async () => {
  const weir = npmStart(FREE_PORTS);
  await weir.ready();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const tree = readProcessTree(weir.pid);
  const rows = tree.map((entry) => ({
    what: entry.words.join(" ").slice(0, 40),
    bytes: residentBytes(entry),
  }));
  const sumBytes = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { what, bytes } of rows) console.log(`  ${(bytes / 1e6).toFixed(1)} MB  ${what}`);
  console.log(`  ${(sumBytes / 1e6).toFixed(1)} MB resident in all`);
  expect(tree.length).toBeGreaterThanOrEqual(4);
  expect(sumBytes).toBeLessThan(RESIDENT_BYTES_MAX);
});

function findStack(family: readonly ProcessEntry[]): ProcessEntry {
  const found = family.find(({ words }) => words.includes("infra/local/start.ts"));
  if (found === undefined) throw new Error("The stack's own process is not in the tree.");
  return found;
}
