// The steering manifest of one session: names of pathways as its player knows them, the order, and
// when to ask again (spec section 5, T1 to T7).

import { describe, expect, test } from "vitest";
import type { PathwayState } from "../../../workers/core/contract/pathways.ts";
import { printSteeringManifest } from "../../../workers/core/steer/manifest.ts";
import { decideSteering, type SteeringInput } from "../../../workers/core/steer/steering.ts";

const host = (id: string, weight = 1) => ({ id, url: `https://${id}.example/`, weight });
const state = (id: string, given: Partial<PathwayState> = {}): PathwayState => ({
  ...{ id, verdict: "green", isDrained: false },
  ...given,
});

function steer(given: Partial<SteeringInput> & { readonly current?: string | null } = {}) {
  const { current = "entry", ...rest } = given;
  const manifest = decideSteering({
    hosts: [host("a"), host("b")],
    states: [],
    requestHost: "a.example",
    requestUrl: "https://a.example/_/steering/demo",
    query: { pathway: current, throughputBps: null, session: null },
    session: "s1",
    ...rest,
  });
  if (manifest === null) throw new Error("there are hosts to choose from");
  return manifest;
}

test("the text that a player reads", () => {
  expect(JSON.parse(printSteeringManifest(steer()))).toEqual({
    VERSION: 1,
    TTL: expect.any(Number),
    "RELOAD-URI": "https://a.example/_/steering/demo?session=s1",
    "PATHWAY-PRIORITY": ["entry", "b"],
    "PATHWAY-CLONES": [{ "BASE-ID": "entry", ID: "b", "URI-REPLACEMENT": { HOST: "b.example" } }],
  });
});

describe("the order", () => {
  const drained = [state("a", { isDrained: true })];
  const red = (id: string) => [state(id, { verdict: "red" })];
  test.each([
    { name: "stays where it is", given: {}, want: ["entry", "b"] },
    { name: "stays on another host", given: { current: "b" }, want: ["b", "entry"] },
    { name: "leaves a drained host", given: { states: drained }, want: ["b", "entry"] },
    { name: "leaves a red one", given: { current: "b", states: red("b") }, want: ["entry", "b"] },
    {
      name: "does not leave the host that answers for a look from outside",
      given: { states: red("a") },
      want: ["entry", "b"],
    },
    {
      name: "leaves a host without weight",
      given: { hosts: [host("a", 0), host("b")] },
      want: ["b", "entry"],
    },
    {
      name: "the same from the other host",
      given: { requestHost: "b.example", states: drained },
      want: ["entry", "a"],
    },
    {
      name: "a session that came to a host which is not the catalog's is led to one that is",
      given: { requestHost: "old.example", hosts: [host("a")] },
      want: ["a", "entry"],
    },
    { name: "a pathway that is gone is left", given: { current: "z" }, want: null },
    {
      name: "leaves a host that the viewer's network cannot use",
      given: { avoided: ["a.example"] },
      want: ["b", "entry"],
    },
    {
      name: "a network that starves everywhere is led nowhere",
      given: { avoided: ["a.example", "b.example"] },
      want: ["entry", "b"],
    },
  ])("$name", ({ given, want }) => {
    const { priority } = steer(given);
    if (want === null) expect([...priority].sort()).toEqual(["b", "entry"]);
    else expect(priority).toEqual(want);
  });

  test("of those that must move is spread by weight, and the same for one session", () => {
    const hosts = [host("a"), host("b", 3), host("c", 1)];
    const firsts = Array.from({ length: 2_000 }, (_, index) => {
      const given = { hosts, states: drained, session: `s${index}` };
      expect(steer(given).priority).toEqual(steer(given).priority);
      return steer(given).priority[0];
    });
    const share = firsts.filter((id) => id === "b").length / firsts.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(0.04);
  });
});

describe("players' own ways", () => {
  test("ports are left out, because they replace the name alone", () => {
    const hosts = [host("a"), { ...host("b"), url: "http://b.example:8080/" }];
    expect(steer({ hosts }).clones).toMatchObject([{ host: "b.example" }]);
  });

  test("a port counts for who is asked", () => {
    const hosts = ["8001", "8002"].map((port) => {
      return { id: port, url: `http://a.example:${port}/`, weight: 1 };
    });
    const manifest = steer({ hosts, requestHost: "a.example:8002" });
    expect(manifest.clones.map(({ id }) => id)).toEqual(["8001"]);
  });

  test("the way back is absolute and keeps the token", () => {
    const { reloadUri } = steer({ requestUrl: "https://a.example/~tok/_/steering/demo" });
    expect(reloadUri).toBe("https://a.example/~tok/_/steering/demo?session=s1");
  });
});

describe("the time until the next question", () => {
  test.each([
    { name: "calm", states: [state("a"), state("b")], least: 240, most: 300 },
    { name: "unknown is calm", states: [], least: 240, most: 300 },
    { name: "drained", states: [state("a", { isDrained: true })], least: 8, most: 10 },
    { name: "red", states: [state("b", { verdict: "red" })], least: 8, most: 10 },
  ])("$name", ({ states, least, most }) => {
    for (let index = 0; index < 200; index++) {
      const { ttlSeconds } = steer({ states, session: `s${index}` });
      expect(ttlSeconds).toBeGreaterThanOrEqual(least);
      expect(ttlSeconds).toBeLessThanOrEqual(most);
    }
  });
});

test("without hosts there is nothing to say", () => {
  const query = { pathway: null, throughputBps: null, session: null };
  const given = { states: [], requestHost: "a", requestUrl: "/", query, session: "s" };
  expect(decideSteering({ hosts: [], ...given })).toBeNull();
});
