// Which setting counts and where it is from; mistakes have a place, tokens are never shown.

import { describe, expect, test } from "vitest";
import { parseConfigFile } from "../../../infra/cli/config/config-file.ts";
import {
  DEFAULT_URL,
  decideSettings,
  isLoopback,
  type Settings,
} from "../../../infra/cli/config/settings.ts";

const FILE = parseConfigFile(
  "weir.config.toml",
  'url = "https://file.example/"\n\ntoken = "of-the-file"\ntimeout = 5\n',
);

function decide(
  flags: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  withFile = false,
): Settings {
  if ("kind" in FILE) throw new Error(FILE.detail);
  const settings = decideSettings({ flags, env, file: withFile ? FILE : null });
  if ("kind" in settings) throw new Error(settings.detail);
  return settings;
}

describe("flags before environment before file before default", () => {
  test.each([
    { flags: {}, env: {}, file: false, want: [DEFAULT_URL, "default"] },
    { flags: {}, env: {}, file: true, want: ["https://file.example", "weir.config.toml:1"] },
    {
      flags: {},
      env: { WEIR_URL: "https://env.example" },
      file: true,
      want: ["https://env.example", "WEIR_URL"],
    },
    {
      flags: { url: "https://flag.example/weir/" },
      env: { WEIR_URL: "https://env.example" },
      file: true,
      want: ["https://flag.example/weir", "--url"],
    },
    // CI says "none" with an empty variable.
    { flags: {}, env: { WEIR_URL: "" }, file: false, want: [DEFAULT_URL, "default"] },
  ])("$want", ({ flags, env, file, want }) => {
    const { url } = decide(flags, env, file);
    expect([url.value, url.source]).toEqual(want);
  });

  test("each setting by itself", () => {
    const { url, token, timeoutSeconds, edge } = decide({}, { WEIR_TOKEN: "of-the-shell" }, true);
    expect(url.source).toBe("weir.config.toml:1");
    expect(token).toEqual({ value: "of-the-shell", source: "WEIR_TOKEN" });
    expect(timeoutSeconds).toEqual({ value: 5, source: "weir.config.toml:4" });
    expect(edge.value).toBeNull();
  });
});

describe("what cannot be used is named with where it is from", () => {
  test.each([
    { flags: { url: "weir.example" }, env: {}, want: '--url: "weir.example" is none' },
    { flags: { url: "ftp://weir.example" }, env: {}, want: "--url" },
    { flags: { url: "https://user:secret@weir.example" }, env: {}, want: "--url" },
    { flags: {}, env: { WEIR_EDGE_URL: "http://a b" }, want: "WEIR_EDGE_URL" },
    { flags: { timeout: "0" }, env: {}, want: "--timeout" },
    { flags: {}, env: { WEIR_TIMEOUT: "soon" }, want: "WEIR_TIMEOUT" },
  ])("$want", ({ flags, env, want }) => {
    const settings = decideSettings({ flags, env, file: null });
    expect(settings).toMatchObject({ kind: "failure", exit: 2 });
    expect("kind" in settings && settings.detail).toContain(want);
  });

  test("a token that is none is not shown", () => {
    const settings = decideSettings({ flags: {}, env: { WEIR_TOKEN: "so secret" }, file: null });
    expect(settings).toMatchObject({ kind: "failure", exit: 2 });
    expect(JSON.stringify(settings)).not.toContain("secret");
  });
});

describe("the file", () => {
  test.each([
    { text: "url = \n", want: ["c.toml:1: is not valid TOML"] },
    { text: '\n\nurl = "a\n', want: ["c.toml:3: is not valid TOML"] },
    {
      text: 'tokne = "s3cret"\n',
      want: ['c.toml:1: "tokne" is not a setting; did you mean "token"?'],
    },
    { text: 'url = "http://a"\ntoken = 7\n', want: ["c.toml:2: token must be a text in quotes."] },
    {
      text: "edge = true\n[more]\nx = 1\n",
      want: ["c.toml:1: edge must be", 'c.toml:2: "more" is not a setting'],
    },
  ])("$want", ({ text, want }) => {
    const read = parseConfigFile("c.toml", text);
    if (!("kind" in read)) throw new Error("accepted");
    const lines = read.detail.split("\n");
    expect(lines).toHaveLength(want.length);
    for (const [place, start] of want.entries()) expect(lines[place]).toContain(start);
    expect(read.detail).not.toContain("s3cret");
  });

  test("may be empty", () => {
    expect(parseConfigFile("c.toml", "")).toEqual({ path: "c.toml", values: {} });
  });
});

test.each([
  ["http://127.0.0.1:8788", true],
  ["http://localhost:8788/weir", true],
  ["http://[::1]:1", true],
  ["http://127.0.0.1.example.com", false],
  ["http://localhost.example.com", false],
  ["https://weir.example", false],
])("%s is of this machine: %s", (url, want) => expect(isLoopback(url)).toBe(want));
