// a-: orders through the control API: each once however often it is sent, each in the audit, none
// faster than its caller may, and a catalog that two people cannot overwrite unseen.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";
import { startTokenIssuer, type TokenIssuer } from "../kit/token-issuer.ts";

let kit: EdgeStack;
let issuer: TokenIssuer;
let slow: EdgeStack | null = null;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  kit = await startEdgeStack([{ id: "show", mode: "vod" }], {
    control: {
      WEIR_API_RATE: "100000:100000",
      WEIR_JWT_ISSUER: issuer.url,
      WEIR_JWT_AUDIENCE: issuer.audience,
    },
  });
  kit.a.on("/show/index.m3u8", { body: printVod(2) });
});
afterAll(async () => {
  await kit?.stop();
  await slow?.stop();
  await issuer?.stop();
});

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly token?: string;
  readonly to?: EdgeStack;
}

async function send(
  path: string,
  { method = "GET", headers, body, token, to = kit }: Sending = {},
) {
  const authorization = `Bearer ${token ?? to.stack.token}`;
  const response = await fetch(`${to.stack.controlUrl}/api/v1${path}`, {
    method,
    headers: { authorization, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test.
  const json: any = isJson ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, text, json };
}

const order = (key: string | null, body: string, more: Sending = {}) =>
  send("/events", {
    method: "POST",
    body,
    ...more,
    headers: { ...(key === null ? {} : { "idempotency-key": key }), ...more.headers },
  });
const EVENT = '{"channel":"show","regions":["enam"]}';

describe("an idempotency key", () => {
  test("makes a repeated order one order, with the first answer", async () => {
    const first = await order('"one"', EVENT);
    expect(first.status).toBe(202);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    for (let count = 0; count < 3; count++) {
      const again = await order('"one"', EVENT);
      expect([again.status, again.text]).toEqual([202, first.text]);
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      expect(again.headers.get("idempotency-replayed")).toBe("true");
    }
    const audit = await send("/audit?action=acceptEvent&limit=200");
    expect(
      audit.json.entries.filter((each: { target: string }) => each.target.includes(first.json.id)),
    ).toHaveLength(1);
  });

  test("of the same word, quoted or not, is the same key", async () => {
    const first = await order("bare", EVENT);
    expect((await order('"bare"', EVENT)).text).toBe(first.text);
  });

  test("belongs to one request", async () => {
    await order("mine", EVENT);
    const other = await order("mine", '{"channel":"show","regions":["weur"]}');
    expect([other.status, other.json.type]).toEqual([422, "urn:weir:problem:key-reused"]);
    const rollback = await send("/catalog/rollback", {
      method: "POST",
      body: '{"version":1}',
      headers: { "idempotency-key": "mine", "if-match": "*" },
    });
    expect(rollback.status).toBe(422);
  });

  test("belongs to one caller", async () => {
    const first = await order("ours", EVENT);
    const token = await issuer.sign({ sub: "other", scope: "content" });
    const other = await order("ours", EVENT, { token });
    expect(other.status).toBe(202);
    expect(other.json.id).not.toBe(first.json.id);
  });

  test("lets one of many at the same moment through", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => order("rush", EVENT)));
    const ids = new Set(answers.flatMap(({ status, json }) => (status === 202 ? [json.id] : [])));
    expect(ids.size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set(answers.some(({ status }) => status === 409) ? [202, 409] : [202]),
    );
    for (const { status, json, headers } of answers) {
      if (status !== 409) continue;
      expect(json.type).toBe("urn:weir:problem:key-running");
      expect(headers.get("retry-after")).toBe("1");
    }
  });

  test("keeps a refusal too, and none of a malformed request", async () => {
    const refused = await order("bad", '{"channel":"nope"}');
    expect(refused.status).toBe(422);
    expect((await order("bad", '{"channel":"nope"}')).text).toBe(refused.text);
    expect((await order("worse", '{"chanel":1}')).status).toBe(400);
    expect((await order("worse", EVENT)).status).toBe(202);
  });

  test.each(['""', '"a', "a b", "x".repeat(256), '"\\x"'])("is refused as %j", async (key) => {
    const refused = await order(key, EVENT);
    expect([refused.status, refused.json.detail]).toEqual([
      400,
      expect.stringContaining("Idempotency-Key"),
    ]);
  });
});

describe("the catalog", () => {
  const put = (body: string, condition: string | null, more: Sending = {}) =>
    send("/catalog", {
      method: "PUT",
      body,
      ...more,
      headers: condition === null ? {} : { "if-match": condition },
    });

  test("tells its history, and goes back to any of it", async () => {
    const before = await send("/catalog");
    const etag = before.headers.get("etag") ?? "";
    const changed = before.text.replace("60000", "50000");
    const applied = await put(changed, etag);
    expect(applied.json).toMatchObject({
      changed: true,
      changes: [
        {
          table: "probe",
          change: "changed",
          settings: [{ setting: "intervalMs", before: 60_000, after: 50_000 }],
        },
      ],
      newTimelines: [],
    });
    const { version } = applied.json as { version: number };
    expect(applied.headers.get("etag")).toBe(`"${version}"`);
    const { versions } = (await send("/catalog/versions")).json;
    expect(versions[0]).toMatchObject({ version, appliedBy: "dev" });
    expect((await send(`/catalog/versions/${version}`)).text).toBe(changed);

    const back = await send("/catalog/rollback", {
      method: "POST",
      body: JSON.stringify({ version: Number(etag.replaceAll('"', "")) }),
      headers: { "if-match": `"${version}"` },
    });
    expect(back.json).toMatchObject({ version: version + 1, changed: true });
    expect((await send("/catalog")).text).toBe(before.text);
  });

  test("of two people who apply at the same moment one is told", async () => {
    const current = await send("/catalog");
    const etag = current.headers.get("etag") ?? "";
    const answers = await Promise.all(
      [41_000, 42_000, 43_000, 44_000].map((ms) =>
        put(current.text.replace("60000", String(ms)), etag),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    await put(current.text, "*");
  });

  test("can be looked at before it is applied", async () => {
    const { text, headers } = await send("/catalog");
    const more = `${text}\n[[origins]]\nid = "c"\nkind = "http"\nurl = "http://127.0.0.1:1/c"\n`;
    const moved = more.replace('prefix = "/show"', 'prefix = "/moved"');
    const diff = await send("/catalog/diff", { method: "POST", body: moved });
    expect(diff.json).toMatchObject({
      changes: [
        { table: "origins", id: "c", change: "added" },
        {
          table: "channels",
          id: "show",
          settings: [{ setting: "origins[0].prefix", before: "/show", after: "/moved" }],
        },
      ],
      newTimelines: ["show"],
    });
    expect(`"${diff.json.against}"`).toBe(headers.get("etag"));
    const check = await send("/catalog/check", { method: "POST", body: moved });
    expect(check.json).toEqual({ origins: 3, channels: 1 });
    const bad = text.replace('mode = "vod"', 'mode = "vood"');
    for (const path of ["/catalog/check", "/catalog/diff"]) {
      const refused = await send(path, { method: "POST", body: bad });
      expect(refused.status).toBe(422);
      expect(refused.json.problems[0]).toMatchObject({ place: "channels[0].mode" });
      expect(refused.json.problems[0].line).toBeGreaterThan(1);
    }
    expect((await send("/catalog")).text).toBe(text);
  });
});

describe("the audit", () => {
  test("says who changed what, before and after, and what was refused", async () => {
    const { text } = await send("/catalog");
    const token = await issuer.sign({ email: "Ann@example.com", scope: "read infra" });
    const condition = { "if-match": "*" };
    const changed = text.replace("60000", "30000");
    await send("/catalog", { method: "PUT", body: changed, headers: condition, token });
    await send("/catalog", { method: "PUT", body: "[[", headers: condition, token });
    const { entries } = (await send("/audit?actor=email:ann@example.com")).json;
    expect(entries).toHaveLength(2);
    const [refused, done] = entries;
    expect(refused).toMatchObject({ outcome: "refused", reason: "catalog-refused" });
    expect(done).toMatchObject({
      actor: "email:ann@example.com",
      via: "jwt",
      action: "applyCatalog",
      target: "catalog",
      outcome: "done",
    });
    expect(done.after.version).toBe(done.before.version + 1);
    expect(done.after.changes[0].table).toBe("probe");
    expect(Math.abs(Date.parse(done.at) - Date.now())).toBeLessThan(60_000);
    await send("/catalog", { method: "PUT", body: text, headers: condition });
  });

  test("comes in pages, newest first, every entry once", async () => {
    const whole = (await send("/audit?limit=200")).json.entries as { id: string; at: string }[];
    expect(whole.length).toBeGreaterThan(5);
    const ids: string[] = [];
    let cursor = "";
    do {
      const page = (await send(`/audit?limit=3${cursor}`)).json;
      ids.push(...page.entries.map(({ id }: { id: string }) => id));
      cursor = page.next === null ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");
    expect(ids).toEqual(whole.map(({ id }) => id));
    expect([...whole].sort((a, b) => (a.at < b.at ? 1 : -1)).map(({ at }) => at)).toEqual(
      whole.map(({ at }) => at),
    );
  });

  test("does not grow by looking", async () => {
    const count = async () => (await send("/audit?limit=200")).json.entries.length;
    const before = await count();
    for (const path of ["/origins", "/routes", "/channels", "/catalog", "/audit"]) await send(path);
    await send("/catalog/check", { method: "POST", body: "" });
    expect(await count()).toBe(before);
  });
});

describe("a caller who asks too often", () => {
  test("waits as long as it is told, and nobody else with it", async () => {
    // A desk that is evicted begins with a full bucket, which is not what is looked at here.
    slow = await startEdgeStack([{ id: "show", mode: "vod" }], {
      shim: { evictionChance: 0 },
      control: {
        WEIR_API_RATE: "0.5:8",
        WEIR_JWT_ISSUER: issuer.url,
        WEIR_JWT_AUDIENCE: issuer.audience,
      },
    });
    const to = slow;
    const token = await issuer.sign({ sub: "busy", scope: "read" });
    const answers = [];
    for (let count = 0; count < 12; count++) answers.push(await send("/routes", { to, token }));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.slice(0, 8).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]?.json.type).toBe("urn:weir:problem:too-many");
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    const other = await issuer.sign({ sub: "quiet", scope: "read" });
    expect((await send("/routes", { to, token: other })).status).toBe(200);
    const waitSeconds = Number(refused.at(-1)?.headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1_000));
    expect((await send("/routes", { to, token })).status).toBe(200);
  });
});

describe("an address that sends wrong tokens", () => {
  // The stack above: its desks are not evicted, which would begin their counts anew.
  const ask = (address: string, token: string) =>
    send("/routes", { token, to: slow ?? kit, headers: { "cf-connecting-ip": address } });

  test("is not listened to for the rest of the minute, and nobody else is kept out", async () => {
    // A minute may end in the middle: then the count begins anew, and twice as many are enough.
    const statuses: number[] = [];
    let last = await ask("203.0.113.9", "wrong");
    for (let count = 0; count < 45 && last.status !== 429; count++) {
      statuses.push(last.status);
      last = await ask("203.0.113.9", `wrong-${count}`);
    }
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(statuses.length).toBeGreaterThanOrEqual(20);
    expect([last.status, last.json.type]).toEqual([429, "urn:weir:problem:too-many"]);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(last.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    // Right ones wait too, unless the minute is over by then.
    const right = await ask("203.0.113.9", (slow ?? kit).stack.token);
    if (Number(last.headers.get("retry-after")) > 5) expect(right.status).toBe(429);
    expect((await ask("203.0.113.10", "wrong")).status).toBe(401);
    expect((await ask("203.0.113.10", (slow ?? kit).stack.token)).status).toBe(200);
  });

  test("is one network of IPv6, whose addresses its holder chooses", async () => {
    let status = 401;
    for (let count = 0; count < 45 && status === 401; count++) {
      status = (await ask(`2001:db8:7:7::${count.toString(16)}`, "wrong")).status;
    }
    expect(status).toBe(429);
    expect((await ask("2001:db8:7:8::1", "wrong")).status).toBe(401);
  });
});
