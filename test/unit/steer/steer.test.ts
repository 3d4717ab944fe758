// Content steering (spec T1 to T8): what is said, in which order, and what players may say.

import { describe, expect, test } from "vitest";
import {
  decideSteeringAnswer,
  printSteeringManifest,
  STEERING_MEDIA_TYPE,
} from "../../../workers/core/steer/manifest.ts";
import {
  decidePathways,
  decideSteeringTtl,
  type Pathway,
  STEERING_TTL_CALM_SECONDS,
  STEERING_TTL_TROUBLED_SECONDS,
} from "../../../workers/core/steer/pathways.ts";
import { parseSteeringQuery, toReloadUri } from "../../../workers/core/steer/query.ts";

const path = (id: string, given: Partial<Pathway> = {}): Pathway => ({
  id,
  verdict: "green",
  weight: 1,
  isDrained: false,
  ...given,
});
const SESSIONS = Array.from({ length: 3_000 }, (_, k) => `session-${k}`);

describe("pathways", () => {
  const decide = (pathways: readonly Pathway[], current: string | null, session = "s") =>
    decidePathways({ pathways, session, current, own: "own" });

  test("every pathway is named, each once, best first", () => {
    for (const session of SESSIONS.slice(0, 100)) {
      const order = decide([path("own"), path("b"), path("c", { verdict: "red" })], null, session);
      expect([...order].sort()).toEqual(["b", "c", "own"]);
      expect(order.at(-1)).toBe("c");
    }
  });

  test("sessions spread by weight", () => {
    const pathways = [path("own", { weight: 3 }), path("b")];
    const first = SESSIONS.filter((session) => decide(pathways, null, session)[0] === "own");
    const deviation = Math.sqrt(SESSIONS.length * 0.75 * 0.25);
    expect(Math.abs(first.length - SESSIONS.length * 0.75)).toBeLessThan(4 * deviation);
  });

  test("a session keeps what it is on while that is well", () => {
    const pathways = [path("own"), path("b"), path("c", { verdict: "yellow" })];
    for (const session of SESSIONS.slice(0, 200)) {
      for (const current of ["own", "b", "c"]) {
        expect(decide(pathways, current, session)[0]).toBe(current);
      }
    }
  });

  test.each([
    { name: "down", given: { verdict: "red" } as const },
    { name: "drained", given: { isDrained: true } },
    { name: "without weight", given: { weight: 0 } },
  ])("it leaves what is $name", ({ given }) => {
    for (const session of SESSIONS.slice(0, 200)) {
      expect(decide([path("own"), path("b", given)], "b", session)).toEqual(["own", "b"]);
    }
  });

  test("the edge that answers is not down, whatever is said of it", () => {
    const pathways = [path("own", { verdict: "red" }), path("b", { verdict: "red" })];
    expect(decide(pathways, "own")[0]).toBe("own");
    expect(decide(pathways, null)[0]).toBe("own");
  });

  test("unknown names are nothing", () => {
    expect(decide([path("own"), path("b")], "elsewhere")).toHaveLength(2);
    expect(decide([], null)).toEqual([]);
  });
});

describe("time to live", () => {
  test.each([
    {
      name: "calm",
      pathways: [path("a"), path("b", { verdict: "unknown" })],
      most: STEERING_TTL_CALM_SECONDS,
    },
    {
      name: "yellow",
      pathways: [path("a"), path("b", { verdict: "yellow" })],
      most: STEERING_TTL_TROUBLED_SECONDS,
    },
    {
      name: "red",
      pathways: [path("a"), path("b", { verdict: "red" })],
      most: STEERING_TTL_TROUBLED_SECONDS,
    },
    {
      name: "drained",
      pathways: [path("a"), path("b", { isDrained: true })],
      most: STEERING_TTL_TROUBLED_SECONDS,
    },
  ])("$name", ({ pathways, most }) => {
    const all = SESSIONS.map((session) => decideSteeringTtl(pathways, session));
    expect(Math.max(...all)).toBeLessThanOrEqual(most);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(Math.floor(most * 0.8));
    expect(new Set(all).size).toBeGreaterThan(1);
    expect(all.every(Number.isInteger)).toBe(true);
  });
});

describe("manifest", () => {
  const plain = { ttlSeconds: 300, reloadUri: null, priority: ["a", "b"], clones: [] };
  test("what must be there, and nothing else", () => {
    expect(JSON.parse(printSteeringManifest(plain))).toEqual({
      VERSION: 1,
      TTL: 300,
      "PATHWAY-PRIORITY": ["a", "b"],
    });
  });

  test("all there is", () => {
    const clones = [
      { baseId: "a", id: "c", host: "cdn2.example:8443", parameters: { token: "x" } },
      { baseId: "a", id: "d", host: null, parameters: {} },
    ];
    const text = printSteeringManifest({ ...plain, reloadUri: "?session=s", clones });
    expect(JSON.parse(text)).toEqual({
      VERSION: 1,
      TTL: 300,
      "RELOAD-URI": "?session=s",
      "PATHWAY-PRIORITY": ["a", "b"],
      "PATHWAY-CLONES": [
        {
          "BASE-ID": "a",
          ID: "c",
          "URI-REPLACEMENT": { HOST: "cdn2.example:8443", PARAMS: { token: "x" } },
        },
        { "BASE-ID": "a", ID: "d", "URI-REPLACEMENT": {} },
      ],
    });
  });

  test("names are not repeated", () => {
    const text = printSteeringManifest({ ...plain, priority: ["a", "b", "a"] });
    expect(JSON.parse(text)["PATHWAY-PRIORITY"]).toEqual(["a", "b"]);
  });

  test("200 with the right type, for one session only; 410 when there is none", () => {
    const found = decideSteeringAnswer(plain);
    expect(found.status).toBe(200);
    expect(found.headers).toContainEqual(["content-type", STEERING_MEDIA_TYPE]);
    expect(found.headers).toContainEqual(["cache-control", "private, no-store"]);
    expect(decideSteeringAnswer(null).status).toBe(410);
    expect(decideSteeringAnswer({ ...plain, priority: [] }).status).toBe(410);
  });
});

describe("query", () => {
  const none = { pathway: null, throughputBps: null, session: null };
  test.each([
    { name: "nothing", pairs: [], want: none },
    {
      name: "as players write it",
      pairs: [
        ["_HLS_pathway", "a.b-1"],
        ["_HLS_throughput", "5140000"],
      ],
      want: { ...none, pathway: "a.b-1", throughputBps: 5_140_000 },
    },
    {
      name: "as the standard writes it",
      pairs: [["_HLS_pathway", '"a"']],
      want: { ...none, pathway: "a" },
    },
    {
      name: "as DASH writes it",
      pairs: [
        ["_DASH_pathway", "a"],
        ["_DASH_throughput", "100,200"],
      ],
      want: { ...none, pathway: "a", throughputBps: 100 },
    },
    { name: "no name", pairs: [["_HLS_pathway", "a b"]], want: none },
    { name: "half a quotation", pairs: [["_HLS_pathway", '"a']], want: none },
    { name: "too long a name", pairs: [["_HLS_pathway", "a".repeat(65)]], want: none },
    { name: "no number", pairs: [["_HLS_throughput", "-1"]], want: none },
    { name: "more than there is", pairs: [["_HLS_throughput", "9999999999999"]], want: none },
    { name: "a session", pairs: [["session", "abc_1-2"]], want: { ...none, session: "abc_1-2" } },
    { name: "a session that is none", pairs: [["session", "../x"]], want: none },
  ] as const)("$name", ({ pairs, want }) => {
    expect(parseSteeringQuery(pairs)).toEqual(want);
  });

  test("a reload brings the session back", () => {
    expect(toReloadUri("abc_1-2")).toBe("?session=abc_1-2");
  });
});
