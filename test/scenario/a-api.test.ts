// a-: who may call the control API, and what it says to requests that are not in order. Every
// endpoint is tried with every kind of mistake; each answer is a problem that names it, and none
// has an effect.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENDPOINTS } from "../../workers/control/api/api.ts";
import type { Endpoint } from "../../workers/control/api/endpoint.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { toSamplePath } from "../kit/sample-path.ts";
import { startTokenIssuer, type TokenIssuer } from "../kit/token-issuer.ts";

let kit: EdgeStack;
let issuer: TokenIssuer;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  kit = await startEdgeStack([{ id: "first", mode: "vod" }], {
    control: {
      WEIR_OPEN_READ: "",
      WEIR_API_RATE: "100000:100000",
      WEIR_API_WRONG_TOKENS: "100000",
      WEIR_JWT_ISSUER: issuer.url,
      WEIR_JWT_AUDIENCE: `other, ${issuer.audience}`,
      WEIR_JWT_GRANTS: "email:*@example.com=read, email:ann@example.com=infra, service:ci=content",
    },
  });
});
afterAll(async () => {
  await kit?.stop();
  await issuer?.stop();
});

type Headers = Readonly<Record<string, string>>;

async function send(method: string, path: string, headers: Headers, body?: string | Uint8Array) {
  const init = { method: method.toUpperCase(), headers, ...(body === undefined ? {} : { body }) };
  const response = await fetch(`${kit.stack.controlUrl}/api/v1${path}`, init as RequestInit);
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  const problem = isProblem ? (JSON.parse(text) as { type: string; detail: string }) : null;
  const reason = problem?.type.replace("urn:weir:problem:", "") ?? null;
  return { status: response.status, reason, detail: problem?.detail ?? "", text, response };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const own = () => bearer(kit.stack.token);
const told = ({ status, reason }: { status: number; reason: string | null }) => [status, reason];

const GUARDED = ENDPOINTS.filter(({ scope }) => scope !== null);
const call = (endpoint: Endpoint, headers: Headers, body?: string | Uint8Array) =>
  send(endpoint.method, toSamplePath(endpoint), headers, body);
const named = (endpoints: readonly Endpoint[]) =>
  endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const);

describe("every endpoint refuses", () => {
  test.each(named(GUARDED))("%s: strangers", async (_name, endpoint) => {
    const none = await call(endpoint, {});
    expect(told(none)).toEqual([401, "unauthenticated"]);
    expect(none.response.headers.get("www-authenticate")).toBe("Bearer");
    expect(told(await call(endpoint, bearer("guessed")))).toEqual([401, "unauthenticated"]);
    expect(told(await call(endpoint, { authorization: "Basic b3BzOng=" }))).toEqual([
      401,
      "unauthenticated",
    ]);
  });

  test.each(named(GUARDED))("%s: tokens without its scope", async (_name, endpoint) => {
    const others = ["read", "content", "infra"].filter((scope) => scope !== endpoint.scope);
    const token = await issuer.sign({ sub: "somebody", scope: others.join(" ") });
    const refused = await call(endpoint, bearer(token));
    expect(told(refused)).toEqual([403, "forbidden"]);
    expect(refused.detail).toContain(`"${endpoint.scope}"`);
  });

  test.each(named(GUARDED))("%s: what it does not know in the query", async (_name, endpoint) => {
    for (const query of ["?nonsense=1", "?limit=1&limit=2", "?__proto__=1"]) {
      const path = `${toSamplePath(endpoint)}${query}`;
      const refused = await send(endpoint.method, path, own());
      expect(told(refused), query).toEqual([400, "bad-request"]);
    }
  });

  const LISTS = ENDPOINTS.filter(({ query }) => query?.safeParse({ limit: "1" }).success === true);
  test.each(named(LISTS))("%s: pages that there cannot be", async (_name, endpoint) => {
    const queries = [
      "limit=0",
      "limit=201",
      "limit=x",
      "limit=1.5",
      "limit=-1",
      "cursor=",
      "cursor=a.b",
    ];
    for (const query of queries) {
      const refused = await send("get", `${toSamplePath(endpoint)}?${query}`, own());
      expect(told(refused), query).toEqual([400, "bad-request"]);
      expect(refused.detail, query).toMatch(/^(limit|cursor): /);
    }
  });

  const WITH_BODY = ENDPOINTS.filter(({ body }) => body !== undefined);
  test.each(named(WITH_BODY))("%s: bodies that are none", async (_name, endpoint) => {
    const bytesMax = endpoint.body?.bytesMax ?? 0;
    const large = await call(endpoint, own(), "x".repeat(bytesMax + 1));
    expect(told(large)).toEqual([413, "too-large"]);
    expect(large.detail).toContain(String(bytesMax));
    const typed = { ...own(), "content-type": "text/xml" };
    expect(told(await call(endpoint, typed, "<a/>"))).toEqual([415, "wrong-type"]);
    const binary = new Uint8Array([0xff, 0xfe, 0x00]);
    const refused = await call(endpoint, { ...own(), "if-match": "*" }, binary);
    expect(told(refused)).toEqual([400, "bad-request"]);
  });

  const WITH_JSON = ENDPOINTS.filter(({ body }) => body?.kind === "json");
  test.each(named(WITH_JSON))("%s: JSON that is not what it takes", async (_name, endpoint) => {
    const bodies = [
      "",
      "{",
      "null",
      "[]",
      "5",
      '"text"',
      '{"nonsense":1}',
      '{"__proto__":{"a":1}}',
    ];
    for (const body of [...bodies, "[".repeat(1_000)]) {
      const refused = await call(endpoint, { ...own(), "if-match": "*" }, body);
      expect(told(refused), body.slice(0, 20)).toEqual([400, "bad-request"]);
      expect(refused.detail, body.slice(0, 20)).not.toBe("");
    }
  });

  const WITHOUT_BODY = GUARDED.filter(({ body, method }) => body === undefined && method !== "get");
  test.each(named(WITHOUT_BODY))("%s: a body where none is taken", async (_name, endpoint) => {
    expect(told(await call(endpoint, own(), "x"))).toEqual([400, "bad-request"]);
  });

  test.each(named(ENDPOINTS))("%s: other methods", async (_name, endpoint) => {
    const path = toSamplePath(endpoint);
    const refused = await send("patch", path, own());
    expect(told(refused)).toEqual([405, "method"]);
    const allowed = refused.response.headers.get("allow")?.split(", ") ?? [];
    expect(allowed).toContain(endpoint.method.toUpperCase());
  });

  const WITH_PARAMS = GUARDED.filter(({ params }) => params !== undefined);
  test.each(named(WITH_PARAMS))("%s: ids that nothing has", async (_name, endpoint) => {
    const body = endpoint.body?.kind === "json" ? "{}" : undefined;
    const ids = [
      "nobody",
      "%00",
      "..%2f..%2fetc",
      "%ff",
      "a".repeat(500),
      "999999999",
      "\u{1f600}",
    ];
    for (const id of [...ids, "00000000-0000-4000-8000-000000000000"]) {
      const path = endpoint.path.replace(/\{[a-z]+\}/, id);
      const refused = await send(endpoint.method, path, own(), body);
      expect([404, 400], `${path}: ${refused.text}`).toContain(refused.status);
    }
  });

  const CONDITIONAL = ENDPOINTS.filter(({ isConditional }) => isConditional === true);
  test.each(named(CONDITIONAL))("%s: conditions that are none", async (_name, endpoint) => {
    const body = endpoint.body?.kind === "toml" ? kit.stack.catalog : '{"version":1}';
    if (endpoint.path.startsWith("/exports")) return;
    const missing = await call(endpoint, own(), body);
    expect(told(missing)).toEqual([428, "condition-needed"]);
    expect(missing.detail).toMatch(/If-Match: "\d+"/);
    const stale = await call(endpoint, { ...own(), "if-match": '"999"' }, body);
    expect(told(stale)).toEqual([412, "stale"]);
    const bad = await call(endpoint, { ...own(), "if-match": "7" }, body);
    expect(told(bad)).toEqual([400, "bad-request"]);
  });
});

describe("JWTs", () => {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const good = { email: "bob@example.com" };
  interface Row {
    readonly name: string;
    readonly claims: Readonly<Record<string, unknown>>;
    readonly want: readonly [number, string | null];
    readonly says?: RegExp;
  }
  const rows: Row[] = [
    { name: "of somebody with a grant", claims: good, want: [200, null] },
    {
      name: "with a scope of the issuer's",
      claims: { sub: "1", scope: "read" },
      want: [200, null],
    },
    {
      name: "of several audiences",
      claims: { ...good, aud: ["x", "weir-control"] },
      want: [200, null],
    },
    { name: "of somebody without any grant", claims: { sub: "1" }, want: [403, "forbidden"] },
    {
      name: "of a service with another scope",
      claims: { common_name: "ci" },
      want: [403, "forbidden"],
    },
    { name: "of nobody", claims: {}, want: [401, "unauthenticated"], says: /names nobody/ },
    {
      name: "that has expired",
      claims: { ...good, exp: nowSeconds - 60 },
      want: [401, "unauthenticated"],
      says: /expired/,
    },
    {
      name: "that never expires",
      claims: { ...good, exp: null },
      want: [401, "unauthenticated"],
      says: /"exp"/,
    },
    {
      name: "that is not valid yet",
      claims: { ...good, nbf: nowSeconds + 600 },
      want: [401, "unauthenticated"],
      says: /"nbf"/,
    },
    {
      name: "for another audience",
      claims: { ...good, aud: "shop" },
      want: [401, "unauthenticated"],
      says: /"aud"/,
    },
    {
      name: "for no audience",
      claims: { ...good, aud: null },
      want: [401, "unauthenticated"],
      says: /"aud"/,
    },
    {
      name: "of another issuer",
      claims: { ...good, iss: "https://evil.example" },
      want: [401, "unauthenticated"],
      says: /"iss"/,
    },
  ];
  test.each(rows)("$name", async ({ claims, want, says }) => {
    const token = await issuer.sign(claims);
    for (const headers of [bearer(token), { "cf-access-jwt-assertion": token }]) {
      const answer = await send("get", "/routes", headers);
      expect(told(answer)).toEqual(want);
      if (says !== undefined) expect(answer.detail).toMatch(says);
    }
  });

  test("forged ones are refused, however they are forged", async () => {
    const token = await issuer.sign(good);
    const [head = "", body = "", signature = ""] = token.split(".");
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const mallory = encode({
      ...JSON.parse(Buffer.from(body, "base64url").toString()),
      email: "ann@example.com",
    });
    const forged = [
      `${head}.${mallory}.${signature}`,
      `${encode({ alg: "none" })}.${body}.`,
      `${encode({ alg: "none", kid: issuer.keyId })}.${body}.${signature}`,
      `${encode({ alg: "HS256", kid: issuer.keyId })}.${body}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${head}.${body}.`,
      await issuer.sign(good, await issuer.makeStranger(issuer.keyId)),
      await issuer.sign(good, await issuer.makeStranger()),
      "a.b.c",
    ];
    for (const [index, each] of forged.entries()) {
      const answer = await send("get", "/routes", bearer(each));
      expect(told(answer), `${index} ${answer.detail}`).toEqual([401, "unauthenticated"]);
    }
  });

  test("do not make the issuer's keys be read again and again", async () => {
    const before = issuer.count();
    for (let count = 0; count < 10; count++) {
      expect((await send("get", "/routes", bearer(await issuer.sign(good)))).status).toBe(200);
      const stranger = await issuer.makeStranger(`invented-${count}`);
      await send("get", "/routes", bearer(await issuer.sign(good, stranger)));
    }
    expect(issuer.count() - before).toBe(0);
  });

  test("of the proxy do not let pages of other sites change anything", async () => {
    const token = await issuer.sign({ email: "ann@example.com" });
    const proxied = { "cf-access-jwt-assertion": token, "if-match": "*" };
    const body = kit.stack.catalog;
    for (const foreign of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ]) {
      const refused = await send("put", "/catalog", { ...proxied, ...foreign }, body);
      expect(told(refused), JSON.stringify(foreign)).toEqual([403, "forbidden"]);
    }
    const page = { ...proxied, "sec-fetch-site": "same-origin", origin: kit.stack.controlUrl };
    expect((await send("put", "/catalog", page, body)).status).toBe(200);
    // A script of another site that holds a token of its own may use it.
    const script = { ...bearer(token), "if-match": "*", "sec-fetch-site": "cross-site" };
    expect((await send("put", "/catalog", script, body)).status).toBe(200);
  });

  test("that are assertions count for nothing beside a token", async () => {
    const token = await issuer.sign({ email: "ann@example.com" });
    const both = { ...bearer("wrong"), "cf-access-jwt-assertion": token };
    expect(told(await send("get", "/routes", both))).toEqual([401, "unauthenticated"]);
  });
});

describe("the document", () => {
  test("is for everybody, and so is the catalog's schema", async () => {
    const { status, text } = await send("get", "/openapi.json", {});
    expect(status).toBe(200);
    expect(Object.keys((JSON.parse(text) as { paths: object }).paths)).toHaveLength(
      new Set(ENDPOINTS.map(({ path }) => path)).size,
    );
    expect((await send("get", "/catalog/schema.json", {})).status).toBe(200);
  });

  test("places that it does not name are not there", async () => {
    for (const path of ["/nothing", "/origins/", "/origins/a/b", "//origins", "/"]) {
      expect(told(await send("get", path, own())), path).toEqual([404, "not-found"]);
    }
  });
});
