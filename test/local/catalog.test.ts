// The demo's catalog is one that the checker accepts, and a user's file is refused with its name.

import { describe, expect, test } from "vitest";
import { CHUNKS_SECRET, checkCatalogFile, printDemoCatalog } from "../../infra/local/catalog.ts";
import type { Demo } from "../../infra/local/demo/demo.ts";
import { readCatalog } from "../../workers/core/config/read-catalog.ts";

/** As much of a demo as its catalog tells of. */
const DEMO = {
  origins: {
    east: { url: "http://127.0.0.1:9101/live", prefix: "live/demo/" },
    west: { url: "http://127.0.0.1:9102/live", prefix: "live/demo-west/" },
  },
} as unknown as Demo;
const LOW_LATENCY = [
  { name: "ll-east", url: "http://127.0.0.1:9103/live" },
  { name: "ll-west", url: "http://127.0.0.1:9104/live" },
] as const;
const STORAGE = { endpoint: "http://127.0.0.1:8789/cdn-cgi/local/r2/s3", bucket: "chunks" };

describe("printDemoCatalog", () => {
  test("is accepted, as a user's would be", () => {
    const text = printDemoCatalog(DEMO, LOW_LATENCY, STORAGE);
    expect(checkCatalogFile("demo.toml", text)).toEqual([]);
    const reading = readCatalog(text, { allowIpOrigins: true });
    if (reading.kind === "refused") throw new Error("refused");
    const { catalog } = reading;
    expect(catalog.channels.map(({ id, mode }) => [id, mode])).toEqual([
      ["demo", "live"],
      ["demo-ll", "live"],
      ["demo-vod", "vod"],
    ]);
    expect(catalog.channels[0]?.origins).toEqual([
      { id: "east", prefix: "", segments: { id: "chunks", prefix: "/live/demo" } },
      { id: "west", prefix: "", segments: { id: "chunks", prefix: "/live/demo-west" } },
    ]);
    expect(catalog.channels[1]?.origins.map(({ id }) => id)).toEqual(["ll-east", "ll-west"]);
    expect(catalog.origins[4]).toMatchObject({ ...STORAGE, credentials: CHUNKS_SECRET });
  });

  test("would be refused in production, which fetches no IP addresses", () => {
    const reading = readCatalog(printDemoCatalog(DEMO, LOW_LATENCY, STORAGE), {
      allowIpOrigins: false,
    });
    expect(reading.kind === "refused" && reading.problems.map(({ place }) => place)).toEqual([
      "origins[0].url",
      "origins[1].url",
      "origins[2].url",
      "origins[3].url",
      "origins[4].endpoint",
    ]);
  });
});

describe("checkCatalogFile", () => {
  test("names the file and the line", () => {
    expect(checkCatalogFile("my/catalog.toml", "[[origin]]\n")).toEqual([
      'my/catalog.toml:1: origin is not a setting; did you mean "origins"?',
    ]);
  });

  test("an origin on this machine is fine", () => {
    const text = '[[origins]]\nid = "a"\nkind = "http"\nurl = "http://127.0.0.1:9000"\n';
    expect(checkCatalogFile("c.toml", text)).toEqual([]);
  });
});
