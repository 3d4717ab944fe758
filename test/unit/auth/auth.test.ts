// Who makes grants: `open` for everybody, the others only of an access that a token gave.

import { describe, expect, test } from "vitest";
import { decideGrant, toOwnGrant } from "../../../workers/core/auth.ts";
import { toTokenRefusal } from "../../../workers/core/token/refusal.ts";

const ACCESS = { kind: "access", isLate: false, untilMs: 1 } as const;
const REFUSED = toTokenRefusal("expired");

describe("decideGrant", () => {
  test.each([null, ACCESS, REFUSED])("open, whatever the token: %j", (access) => {
    const grant = { kind: "grant", channel: "demo", isPersonal: false, isLate: false };
    expect(decideGrant("open", "demo", access)).toEqual(grant);
  });

  test.each(["token", "token+geo"] as const)("%s", (policy) => {
    expect(decideGrant(policy, "demo", null)).toMatchObject({ kind: "refused", why: "missing" });
    expect(decideGrant(policy, "demo", REFUSED)).toBe(REFUSED);
    expect(decideGrant(policy, "demo", ACCESS)).toMatchObject({ kind: "grant", isPersonal: true });
    const late = { ...ACCESS, isLate: true };
    expect(decideGrant(policy, "demo", late)).toMatchObject({ kind: "grant", isLate: true });
  });
});

test("our own work needs no token, and is nobody's", () => {
  expect(toOwnGrant("demo")).toMatchObject({ channel: "demo", isPersonal: false, isLate: false });
});
