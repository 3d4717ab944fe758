// Signatures of webhooks, held against the example that the Standard Webhooks documentation itself
// computes, and against secrets of every wrong form.

import { describe, expect, test } from "vitest";
import { parseSigningSecret } from "../../../workers/core/alert/signature.ts";
import { toSignatureHeaders } from "../../../workers/platform/webhook-signature.ts";

const KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("the standard's own example", () => {
  const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  const headers = toSignatureHeaders(KEY, id, 1_614_265_330, '{"test": 2432232314}');
  expect(headers).toEqual({
    "webhook-id": id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("another message, moment or key is another signature", () => {
  const sign = (key: string, id: string, at: number, body: string) =>
    toSignatureHeaders(key, id, at, body)["webhook-signature"];
  const all = [
    sign(KEY, "a", 1, "{}"),
    sign(KEY, "b", 1, "{}"),
    sign(KEY, "a", 2, "{}"),
    sign(KEY, "a", 1, "{ }"),
    sign(`${KEY.slice(0, -4)}AAAA`, "a", 1, "{}"),
  ];
  expect(new Set(all).size).toBe(all.length);
});

describe("secrets", () => {
  test.each([
    { text: `whsec_${KEY}`, want: KEY },
    { text: `whsec_${"A".repeat(86)}==`, want: `${"A".repeat(86)}==` },
    { text: KEY, want: null },
    { text: `whsec_${KEY.slice(4)}`, want: null },
    { text: `whsec_${KEY}A`, want: null },
    { text: `whsec_${"A".repeat(88)}`, want: null },
    { text: `whsec_${KEY.replace("M", "-")}`, want: null },
    { text: "", want: null },
  ])("$text", ({ text, want }) => expect(parseSigningSecret(text)).toBe(want));
});
