// Who may call the API. Malformed entries and headers grant nothing.

import { describe, expect, test } from "vitest";
import { decideHolder, parseBearer } from "../../../workers/control/callers/tokens.ts";
import { hashText } from "../../../workers/platform/encoding.ts";

const HASH = hashText("s3cret");
const OTHER = hashText("other");

function decide(tokens: string | undefined, authorization: string | null) {
  const token = parseBearer(authorization);
  return token === null ? null : decideHolder(tokens, token);
}

describe("the holder of a token", () => {
  const all = ["read", "content", "infra"];
  interface Row {
    readonly name: string;
    readonly tokens: string | undefined;
    readonly authorization?: string | null;
    readonly want: { name: string; scopes: string[] } | null;
  }
  const one = `ops:read+infra:${HASH}`;
  const caller = { name: "ops", scopes: ["read", "infra"] };
  const rows: Row[] = [
    { name: "the right token", tokens: one, want: caller },
    { name: "among others, by comma", tokens: `a:read:${OTHER},${one}`, want: caller },
    {
      name: "among others, by line, with blanks",
      tokens: `a:read:${OTHER}\n  ${one}  \n`,
      want: caller,
    },
    {
      name: "all scopes, in any order",
      tokens: `ops:infra+content+read:${HASH}`,
      want: { name: "ops", scopes: all },
    },
    {
      name: "unknown scopes grant nothing",
      tokens: `ops:root+read:${HASH}`,
      want: { name: "ops", scopes: ["read"] },
    },
    { name: "no scope at all", tokens: `ops:root:${HASH}`, want: { name: "ops", scopes: [] } },
    {
      name: "part of a scope is no scope",
      tokens: `ops:inf:${HASH}`,
      want: { name: "ops", scopes: [] },
    },
    { name: "a wrong token", tokens: one, authorization: "Bearer s3cres", want: null },
    { name: "the hash is not a token", tokens: one, authorization: `Bearer ${HASH}`, want: null },
    { name: "no token", tokens: one, authorization: null, want: null },
    {
      name: "an empty token",
      tokens: `ops:read:${hashText("")}`,
      authorization: "Bearer ",
      want: null,
    },
    {
      name: "the scheme in small letters",
      tokens: one,
      authorization: "bearer s3cret",
      want: caller,
    },
    { name: "another scheme", tokens: one, authorization: "Basic s3cret", want: null },
    { name: "two blanks", tokens: one, authorization: "Bearer  s3cret", want: null },
    { name: "something behind", tokens: one, authorization: "Bearer s3cret x", want: null },
    { name: "no tokens configured", tokens: undefined, want: null },
    { name: "empty configuration", tokens: "", want: null },
    {
      name: "a hash in capitals is malformed",
      tokens: `ops:read:${HASH.toUpperCase()}`,
      want: null,
    },
    { name: "a hash cut short", tokens: `ops:read:${HASH.slice(0, 63)}`, want: null },
    { name: "a plain token in place of the hash", tokens: "ops:read:s3cret", want: null },
    { name: "an entry without name", tokens: `:read:${HASH}`, want: null },
    { name: "an entry without scopes", tokens: `ops::${HASH}`, want: null },
    { name: "one bad entry does not spoil the rest", tokens: `bad,${one}`, want: caller },
    {
      name: "a token that is too long",
      tokens: `ops:read:${hashText("x".repeat(1025))}`,
      authorization: `Bearer ${"x".repeat(1025)}`,
      want: null,
    },
  ];
  test.each(rows)("$name", ({ tokens, authorization = "Bearer s3cret", want }) => {
    expect(decide(tokens, authorization)).toEqual(want);
  });
});
