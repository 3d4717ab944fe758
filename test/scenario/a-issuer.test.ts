// a-: JWTs when their issuer changes its keys, does not answer, or answers nonsense. Against the
// adapter itself and a real key set, with a clock that the test moves: key sets are kept for
// minutes.

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type JwtRules, verifyJwt } from "../../workers/platform/jwt.ts";
import { startTokenIssuer, type TokenIssuer } from "../kit/token-issuer.ts";

let issuer: TokenIssuer;
let caseCount = 0;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterAll(async () => {
  vi.useRealTimers();
  await issuer?.stop();
});

let rules: JwtRules;
beforeEach(() => {
  caseCount += 1;
  // A key set of its own for every case, as every isolate has.
  const keysUrl = `${issuer.keysUrl}?case=${caseCount}`;
  rules = { issuer: issuer.url, audiences: [issuer.audience], keysUrl };
});

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
const verify = async (token: string) => {
  const reading = await verifyJwt(token, rules);
  return reading.kind === "claims" ? "taken" : `${reading.kind}: ${reading.detail}`;
};
const sign = () => issuer.sign({ sub: "ann" });

describe("an issuer", () => {
  test("that publishes a new key is believed after half a minute, and its old key as well", async () => {
    const old = await sign();
    expect(await verify(old)).toBe("taken");
    await issuer.rotate();
    const fresh = await sign();
    // Nobody can make us ask again and again with tokens of invented keys.
    expect(await verify(fresh)).toBe("refused: the issuer has no such key");
    const before = issuer.count();
    pass(31);
    expect(await verify(fresh)).toBe("taken");
    expect(issuer.count()).toBe(before + 1);
    expect(await verify(old)).toBe("taken");
  });

  test("that takes a key back is believed after ten minutes", async () => {
    const token = await issuer.sign({ sub: "ann", exp: Math.floor(Date.now() / 1_000) + 86_400 });
    expect(await verify(token)).toBe("taken");
    await issuer.rotate();
    issuer.forget();
    expect(await verify(token)).toBe("taken");
    pass(601);
    expect(await verify(token)).toBe("refused: the issuer has no such key");
  });

  test("that fails says nothing of a token, and one that failed is asked again", async () => {
    issuer.fail("status");
    expect(await verify(await sign())).toBe("unavailable: the issuer's keys cannot be read now");
    issuer.fail("nonsense");
    expect(await verify(await sign())).toBe("unavailable: the issuer's keys cannot be read now");
    issuer.fail(null);
    expect(await verify(await sign())).toBe("taken");
  });

  test("that is not there is no reason to let anybody in", async () => {
    rules = { ...rules, keysUrl: "http://127.0.0.1:1/keys" };
    expect(await verify(await sign())).toBe("unavailable: the issuer's keys cannot be read now");
  });

  test("that fails for a while does not lock out those whose keys are known", async () => {
    const token = await sign();
    expect(await verify(token)).toBe("taken");
    issuer.fail("status");
    pass(300);
    expect(await verify(token)).toBe("taken");
    issuer.fail(null);
  });
});

describe("a clock", () => {
  test("may differ by a quarter of a minute", async () => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    expect(await verify(await issuer.sign({ sub: "ann", exp: nowSeconds - 10 }))).toBe("taken");
    expect(await verify(await issuer.sign({ sub: "ann", exp: nowSeconds - 20 }))).toMatch(
      /^refused: the token has expired$/,
    );
    expect(await verify(await issuer.sign({ sub: "ann", nbf: nowSeconds + 10 }))).toBe("taken");
    expect(await verify(await issuer.sign({ sub: "ann", nbf: nowSeconds + 20 }))).toMatch(/"nbf"/);
  });
});
