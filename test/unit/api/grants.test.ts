// Whom a JWT names, and what that person may do. Kinds of identity must not be mixed up: a subject
// that looks like an address is no address.

import { describe, expect, test } from "vitest";
import { type Claims, decideIdentity, parseGrants } from "../../../workers/core/api/grants.ts";

const GRANTS = parseGrants(
  "email:Ann@Example.com=infra, email:*@example.com=read\nservice:ci.access=infra+content,sub:42=content",
);

describe("decideIdentity", () => {
  interface Row {
    readonly name: string;
    readonly claims: Claims;
    readonly want: { name: string; scopes: string[] } | null;
  }
  const rows: Row[] = [
    {
      name: "an address, by itself and by its domain",
      claims: { email: "ann@example.com", sub: "1" },
      want: { name: "email:ann@example.com", scopes: ["read", "infra"] },
    },
    {
      name: "another of the domain",
      claims: { email: "Bob@example.com" },
      want: { name: "email:bob@example.com", scopes: ["read"] },
    },
    {
      name: "a domain that ends alike",
      claims: { email: "bob@notexample.com" },
      want: { name: "email:bob@notexample.com", scopes: [] },
    },
    {
      name: "a domain below it",
      claims: { email: "bob@a.example.com" },
      want: { name: "email:bob@a.example.com", scopes: [] },
    },
    {
      name: "an address with two @ has no domain",
      claims: { email: "x@evil@example.com" },
      want: { name: "email:x@evil@example.com", scopes: [] },
    },
    {
      name: "an address that its provider did not verify",
      claims: { email: "ann@example.com", email_verified: false, sub: "42" },
      want: { name: "sub:42", scopes: ["content"] },
    },
    {
      name: "a service token of Access, whose subject is empty",
      claims: { common_name: "ci.access", sub: "" },
      want: { name: "service:ci.access", scopes: ["content", "infra"] },
    },
    {
      name: "a subject that looks like an address",
      claims: { sub: "ann@example.com" },
      want: { name: "sub:ann@example.com", scopes: [] },
    },
    {
      name: "a subject that looks like an entry",
      claims: { sub: "email:ann@example.com" },
      want: { name: "sub:email:ann@example.com", scopes: [] },
    },
    {
      name: "scopes of the issuer",
      claims: { sub: "7", scope: "openid read infra" },
      want: { name: "sub:7", scopes: ["read", "infra"] },
    },
    {
      name: "scopes of the issuer beside ours",
      claims: { sub: "42", scope: "read" },
      want: { name: "sub:42", scopes: ["read", "content"] },
    },
    {
      name: "a scope that is no text",
      claims: { sub: "7", scope: 5 },
      want: { name: "sub:7", scopes: [] },
    },
    { name: "nobody", claims: { aud: "x" }, want: null },
    { name: "a name of another type", claims: { sub: 42 }, want: null },
    { name: "a name with blanks", claims: { sub: "a b" }, want: null },
    { name: "a name that would end an entry", claims: { email: "a@b,c=d" }, want: null },
    { name: "a name that is too long", claims: { sub: "x".repeat(201) }, want: null },
  ];
  test.each(rows)("$name", ({ claims, want }) => {
    expect(decideIdentity(claims, GRANTS)).toEqual(want);
  });
});

describe("parseGrants", () => {
  const rows: readonly (readonly [string, string | undefined, unknown])[] = [
    ["none", undefined, []],
    ["empty", "", []],
    ["unknown scopes grant nothing", "sub:1=root+read", [{ who: "sub:1", scopes: ["read"] }]],
    ["an unknown kind", "mail:a@b=read", []],
    ["no kind", "a@b=read", []],
    ["no scopes", "sub:1=", []],
    ["capitals in scopes", "sub:1=READ", []],
    ["one bad entry does not spoil the rest", "x,sub:1=read", [{ who: "sub:1", scopes: ["read"] }]],
  ];
  test.each(rows)("%s", (_name, text, want) => {
    expect(parseGrants(text)).toEqual(want);
  });
});
