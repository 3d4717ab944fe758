// The command line of `npm start`: what it means, or the one line that refuses it.

import { describe, expect, test } from "vitest";
import { HELP, parseFlags } from "../../infra/local/flags.ts";

const DEFAULTS = {
  catalog: null,
  demo: true,
  unaligned: false,
  plain: false,
  port: 8787,
  controlPort: 8788,
  storagePort: 8789,
  data: null,
  edges: 1,
};

describe("accepted", () => {
  test.each([
    { words: [], want: {} },
    { words: ["--catalog", "my.toml"], want: { catalog: "my.toml" } },
    { words: ["--catalog=my.toml", "--no-demo"], want: { catalog: "my.toml", demo: false } },
    { words: ["--demo-unaligned"], want: { unaligned: true } },
    { words: ["--demo-plain"], want: { plain: true } },
    { words: ["--port", "0"], want: { port: 0 } },
    { words: ["--port=65535"], want: { port: 65_535 } },
    {
      words: ["--control-port", "9000", "--storage-port", "9001"],
      want: { controlPort: 9000, storagePort: 9001 },
    },
    { words: ["--edges", "1"], want: { edges: 1 } },
    { words: ["--edges", "9"], want: { edges: 9 } },
    { words: ["--data", "some dir"], want: { data: "some dir" } },
    { words: ["--port", "1", "--port", "2"], want: { port: 2 } },
  ])("$words", ({ words, want }) => {
    expect(parseFlags(words)).toEqual({ kind: "flags", flags: { ...DEFAULTS, ...want } });
  });
});

describe("help", () => {
  test.each([[["--help"]], [["--port", "nonsense", "--help"]]])("%j", (words) => {
    expect(parseFlags(words)).toEqual({ kind: "help" });
  });

  test("every flag is explained", () => {
    const flags = ["catalog", "no-demo", "demo-unaligned", "demo-plain", "port", "control-port"];
    for (const flag of [...flags, "storage-port", "edges", "data", "help"]) {
      expect(HELP).toMatch(new RegExp(`^  --${flag} `, "m"));
    }
  });
});

describe("refused", () => {
  const port = (flag: string) => `${flag} needs a port from 0 to 65535.`;
  const EDGES = "--edges needs a number from 1 to 9.";
  test.each([
    { words: ["--prot", "1"], want: "Unknown option '--prot'." },
    { words: ["serve"], want: "Unexpected argument 'serve'." },
    { words: ["-p", "1"], want: "Unknown option '-p'." },
    { words: ["--port"], want: "Option '--port <value>' argument missing." },
    { words: ["--port", "--no-demo"], want: "Option '--port' argument is ambiguous." },
    { words: ["--no-demo=yes"], want: "Option '--no-demo' does not take an argument." },
    { words: ["--port", "65536"], want: port("--port") },
    { words: ["--port", "-1"], want: "Option '--port' argument is ambiguous." },
    { words: ["--port=-1"], want: port("--port") },
    { words: ["--port", "80a"], want: port("--port") },
    { words: ["--port", ""], want: port("--port") },
    { words: ["--port", "1e3"], want: port("--port") },
    { words: ["--port", " 80"], want: port("--port") },
    { words: ["--control-port", "x"], want: port("--control-port") },
    { words: ["--storage-port", "1.5"], want: port("--storage-port") },
    { words: ["--edges", "0"], want: EDGES },
    { words: ["--edges", "10"], want: EDGES },
    { words: ["--edges", "two"], want: EDGES },
    { words: ["--catalog", ""], want: "--catalog needs a file." },
    { words: ["--data="], want: "--data needs a directory." },
    {
      words: ["--port", "8788"],
      want: "--port and --control-port are both 8788; choose another for one of them.",
    },
    {
      words: ["--storage-port", "8787"],
      want: "--port and --storage-port are both 8787; choose another for one of them.",
    },
    {
      words: ["--no-demo"],
      want: "--no-demo needs --catalog FILE: without either there is nothing to serve.",
    },
    {
      words: ["--no-demo", "--catalog", "a", "--demo-unaligned"],
      want: "--demo-unaligned and --no-demo exclude each other.",
    },
  ])("$words", ({ words, want }) => {
    expect(parseFlags(words)).toEqual({
      kind: "refused",
      message: `${want} See npm start -- --help`,
    });
  });
});
