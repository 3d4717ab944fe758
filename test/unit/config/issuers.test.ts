// Issuers and the channels behind their tokens: what a file may say, and what would leave a channel
// without viewers or without a guard.

import { describe, expect, test } from "vitest";
import { printCatalogProblem, readCatalog } from "../../../workers/core/config/read-catalog.ts";

const ORIGIN = `[[origins]]
id = "east"
kind = "http"
url = "https://east.example/live"
`;
const SHOP = `[[issuers]]
id = "shop"
keys = ["SHOP_1"]
`;
const CHANNEL = `[[channels]]
id = "demo"
mode = "live"
origins = ["east"]
[channels.policy]
`;

function read(text: string): readonly string[] {
  const reading = readCatalog(text, { allowIpOrigins: false });
  if (reading.kind === "catalog") return [];
  return reading.problems.map((problem) => printCatalogProblem("c", problem));
}

describe("accepted", () => {
  test.each([
    ["a channel with tokens", 'auth = "token"\nissuers = ["shop"]\n'],
    ["with countries", 'auth = "token+geo"\nissuers = ["shop"]\ncountries = ["DE"]\n'],
    ["an open channel that names issuers", 'issuers = ["shop"]\n'],
  ])("%s", (_name, policy) => expect(read(ORIGIN + SHOP + CHANNEL + policy)).toEqual([]));
});

describe("refused", () => {
  test.each([
    ["tokens of nobody", 'auth = "token"\n', 'needs issuers = ["..."], or nobody could watch'],
    ["an empty list", 'auth = "token"\nissuers = []\n', "needs issuers"],
    ["a stranger", 'auth = "token"\nissuers = ["shpo"]\n', '"shpo" is not an issuer; did you mean'],
    ["no countries", 'auth = "token+geo"\nissuers = ["shop"]\n', "needs countries"],
    ["countries for nothing", 'countries = ["DE"]\n', 'only heeded with auth = "token+geo"'],
    [
      "a country by name",
      'auth = "token+geo"\nissuers = ["shop"]\ncountries = ["Germany"]\n',
      "must be a country in two capitals",
    ],
  ])("%s", (_name, policy, want) => {
    expect(read(ORIGIN + SHOP + CHANNEL + policy).join("\n")).toContain(want);
  });

  test.each([
    ["an issuer without keys", 'id = "a"\n', "issuers[0].keys is missing"],
    ["an empty list of keys", 'id = "a"\nkeys = []\n', "must name at least one key"],
    ["a key itself", 'id = "a"\nkeys = ["c2VjcmV0"]\n', "must be the name of a secret in capitals"],
    ["a day too much", 'id = "a"\nkeys = ["A"]\ngrace_seconds = 90000\n', "from 0 to 86400"],
    [
      "a setting that is none",
      'id = "a"\nkeys = ["A"]\ngrace = 1\n',
      "known here: id, iss, audience, keys, skew_seconds, grace_seconds",
    ],
    ["an id twice", `id = "shop"\nkeys = ["A"]\n${SHOP}`, "is used twice"],
  ])("%s", (_name, text, want) => {
    expect(read(`${ORIGIN}[[issuers]]\n${text}`).join("\n")).toContain(want);
  });
});
