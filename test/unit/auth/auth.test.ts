// The policy `open` grants everybody; a token is carried and ignored.

import { expect, test } from "vitest";
import { decideGrant } from "../../../workers/core/auth.ts";

test.each([null, "token", "exp=1~hmac=00"])("open, token %j", (token) => {
  expect(decideGrant("open", { channel: "demo", token })).toEqual({ channel: "demo" });
});
