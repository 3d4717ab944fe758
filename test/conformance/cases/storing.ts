// What may be kept at all: directives that forbid it, requests with credentials, answers that are
// no answers, bodies that are not whole (RFC 9111 sections 3, 3.3, 3.5, 5.2.2).

import { notReused, type Row, reused } from "../case.ts";

const LONG = "max-age=3600";
const STORE = "RFC 9111 3";
const AUTH = "RFC 9111 3.5";
const WHOLE = "RFC 9111 3.3";
const secret = { fields: { authorization: "Basic d2VpcjppcnJlbGV2YW50" } };

/** A failure that the origin did not allow anybody to keep. */
function failing(status: number): Row {
  return {
    name: `status-${status}`,
    section: "RFC 9110 15.1",
    level: "MUST",
    origin: [{ status }, { fields: { "cache-control": LONG } }],
    steps: [
      { want: { status: [status, 502, 503, 504], body: "any" } },
      { afterMs: 50, want: { from: 2 } },
    ],
  };
}

export const STORING: readonly Row[] = [
  notReused("no-store", "RFC 9111 5.2.2.5", "MUST", { "cache-control": "no-store" }),
  notReused("no-store-and-max-age", "RFC 9111 5.2.2.5", "MUST", {
    "cache-control": `${LONG}, no-store`,
  }),
  notReused("no-store-upper-case", "RFC 9111 5.2", "MUST", {
    "cache-control": `${LONG}, No-Store`,
  }),
  notReused(
    "no-store-segment",
    "RFC 9111 5.2.2.5",
    "MUST",
    { "cache-control": "no-store" },
    {
      file: "segment",
    },
  ),
  notReused(
    "no-store-init",
    "RFC 9111 5.2.2.5",
    "MUST",
    { "cache-control": "no-store" },
    {
      file: "init",
    },
  ),
  notReused("private", "RFC 9111 5.2.2.7", "MUST", { "cache-control": `private, ${LONG}` }),
  notReused(
    "private-segment",
    "RFC 9111 5.2.2.7",
    "MUST",
    { "cache-control": `private, ${LONG}` },
    {
      file: "segment",
    },
  ),
  notReused("private-and-s-maxage", "RFC 9111 5.2.2.7", "MUST", {
    "cache-control": "private, s-maxage=3600",
  }),
  {
    name: "private-field",
    section: "RFC 9111 5.2.2.7",
    level: "MUST",
    origin: [{ fields: { "cache-control": `private="x-who", ${LONG}`, "x-who": "first" } }],
    steps: [{ want: { from: 1 } }, { want: { from: [1, 2], fields: { "x-who": null } } }],
    notPeers: "both read the qualified form as the plain one, as the section allows",
  },
  notReused("no-cache", "RFC 9111 5.2.2.4", "MUST", { "cache-control": "no-cache" }),
  notReused("no-cache-and-max-age", "RFC 9111 5.2.2.4", "MUST", {
    "cache-control": `${LONG}, no-cache`,
  }),
  notReused("key-unstated", "RFC 9111 4.2.2", "MAY", {}, { file: "key" }),
  {
    name: "cookie-of-the-first",
    section: "RFC 9111 7.3",
    level: "SHOULD",
    origin: [{ fields: { "cache-control": LONG, "set-cookie": "who=first" } }],
    steps: [{ want: { body: "any" } }, { want: { fields: { "set-cookie": null } } }],
  },
  {
    name: "authorized",
    section: AUTH,
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG } }],
    steps: [{ ...secret, want: { from: 1 } }, { want: { from: 2 } }],
    notWeir:
      "a viewer's Authorization ends at the edge: origins never see it, so no answer is for one " +
      "viewer (row authorization-stays-here)",
  },
  {
    name: "authorization-stays-here",
    section: AUTH,
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG } }],
    steps: [{ ...secret, want: { from: 1, sent: { authorization: null, cookie: null } } }],
    notPeers: "they pass credentials on, and rely on the rows before and after",
  },
  ...["public", "s-maxage=3600", "must-revalidate"].map(
    (word): Row => ({
      name: `authorized-${word.replace("=3600", "")}`,
      section: AUTH,
      level: "MAY",
      origin: [{ fields: { "cache-control": `${LONG}, ${word}` } }],
      steps: [{ ...secret, want: { from: 1 } }, { want: { from: 1, asked: 1 } }],
    }),
  ),
  ...[500, 502, 503, 504, 400, 403].map(failing),
  {
    name: "absent-and-no-store",
    section: "RFC 9111 5.2.2.5",
    level: "MUST",
    origin: [
      { status: 404, fields: { "cache-control": "no-store" } },
      { fields: { "cache-control": LONG } },
    ],
    steps: [{ want: { status: 404, body: "any" } }, { afterMs: 50, want: { from: 2 } }],
  },
  {
    name: "absent-for-a-second",
    section: "RFC 9111 4.2",
    level: "MUST",
    origin: [
      { status: 404, fields: { "cache-control": "max-age=1" } },
      { fields: { "cache-control": LONG } },
    ],
    steps: [{ want: { status: 404, body: "any" } }, { afterMs: 2_100, want: { from: 2 } }],
  },
  {
    name: "absent-is-remembered",
    section: "RFC 9111 4.2",
    level: "MAY",
    origin: [{ status: 404, fields: { "cache-control": "max-age=60" } }],
    steps: [
      { want: { status: 404, body: "any" } },
      { want: { status: 404, body: "any", asked: 1 } },
    ],
  },
  {
    name: "redirect",
    section: "RFC 9110 15.4",
    level: "MAY",
    origin: [{ status: 302, fields: { location: "/elsewhere", "cache-control": LONG } }],
    steps: [{ want: { status: 302, body: "any", fields: { location: /elsewhere/ } } }],
    notWeir: "players must not be redirected (Apple's authoring rules 8.18), so it is a failure",
  },
  {
    name: "partial-unasked",
    section: WHOLE,
    level: "MUST",
    origin: [
      {
        status: 206,
        bytes: 100,
        fields: { "cache-control": LONG, "content-range": "bytes 0-99/2000" },
      },
    ],
    // A part of a body must never be shown as the whole of it.
    steps: [{ want: { status: [206, 502, 503, 504], body: "any" } }],
  },
  {
    name: "cut-body",
    section: WHOLE,
    level: "MUST",
    origin: [
      { fields: { "cache-control": LONG }, cutAfter: 700 },
      { fields: { "cache-control": LONG } },
    ],
    steps: [
      { want: { body: "cut", status: [0, 200, 502, 503] } },
      { afterMs: 100, want: { from: 2 } },
    ],
  },
  {
    name: "cut-body-segment",
    section: WHOLE,
    level: "MUST",
    file: "segment",
    origin: [
      { fields: { "cache-control": LONG }, bytes: 400_000, cutAfter: 300_000 },
      { fields: { "cache-control": LONG }, bytes: 400_000 },
    ],
    steps: [
      { want: { body: "cut", status: [0, 200, 502, 503] } },
      { afterMs: 100, want: { from: 2 } },
    ],
  },
  {
    name: "cut-chunks",
    section: "RFC 9112 8",
    level: "MUST",
    origin: [
      { fields: { "cache-control": LONG }, framing: "chunked", cutAfter: 700 },
      { fields: { "cache-control": LONG } },
    ],
    steps: [
      { want: { body: "cut", status: [0, 200, 502, 503] } },
      { afterMs: 100, want: { from: 2 } },
    ],
  },
  reused(
    "chunked",
    "RFC 9111 3",
    "MAY",
    { "cache-control": LONG },
    {
      origin: [{ fields: { "cache-control": LONG }, framing: "chunked" }],
    },
  ),
  reused(
    "empty-body",
    STORE,
    "MAY",
    { "cache-control": LONG },
    {
      origin: [{ fields: { "cache-control": LONG }, bytes: 0 }],
    },
  ),
  {
    name: "until-the-connection-closes",
    section: "RFC 9112 6.3",
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG }, framing: "close" }],
    steps: [{ want: { from: 1 } }, { want: { from: [1, 2] } }],
  },
];
