// HEAD, methods that are not safe, and methods that nobody knows (RFC 9110 section 9; RFC 9111
// sections 4 and 4.4).

import type { Row } from "../case.ts";

const KEPT = { "cache-control": "max-age=3600", etag: '"v1"' };
const HEAD = "RFC 9110 9.3.2";
const UNSAFE = "RFC 9111 4.4";
const head = { method: "HEAD" } as const;
const NOT_FORWARDED =
  "only GET, HEAD and OPTIONS are served: an unsafe request never reaches an origin, so it " +
  "cannot change what was stored";

/** After a successful unsafe request through the cache, the copy must not be used any more. */
const invalidating = (method: string): Row => ({
  name: `${method.toLowerCase()}-invalidates`,
  section: UNSAFE,
  level: "MUST",
  origin: [{ fields: KEPT }],
  steps: [
    { want: { from: 1 } },
    { method, want: { status: 200, body: "any", asked: 2 } },
    { want: { from: 3 } },
  ],
  notWeir: NOT_FORWARDED,
});

/** A method that changes things must never be answered from a copy. */
const unanswered = (method: string): Row => ({
  name: `${method.toLowerCase()}-not-from-a-copy`,
  section: "RFC 9111 4",
  level: "MUST",
  origin: [{ fields: KEPT }],
  steps: [{ want: { from: 1 } }, { method, want: { from: 2, orStatus: [400, 403, 405, 501] } }],
});

export const METHODS: readonly Row[] = [
  {
    name: "head-cold",
    section: HEAD,
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [{ ...head, want: { body: "none", fields: { etag: '"v1"' } } }],
  },
  {
    name: "head-of-a-copy",
    section: HEAD,
    level: "MAY",
    origin: [{ fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      { ...head, want: { body: "none", asked: 1, fields: { etag: '"v1"' } } },
    ],
  },
  {
    name: "head-length",
    section: "RFC 9110 8.6",
    level: "MAY",
    origin: [{ fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      { ...head, want: { body: "none", fields: { "content-length": "2000" } } },
    ],
  },
  {
    name: "head-type",
    section: HEAD,
    level: "SHOULD",
    file: "segment",
    origin: [{ fields: { ...KEPT, "content-type": "video/mp2t" } }],
    steps: [{ ...head, want: { body: "none", fields: { "content-type": "video/mp2t" } } }],
  },
  {
    name: "head-then-get",
    section: "RFC 9111 4",
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [
      { ...head, want: { body: "none" } },
      { afterMs: 100, want: { from: [1, 2] } },
    ],
  },
  {
    name: "head-with-a-range",
    section: "RFC 9110 14.2",
    level: "MUST",
    file: "segment",
    origin: [{ fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      {
        ...head,
        fields: { range: "bytes=0-9" },
        want: { body: "none", fields: { "content-range": null } },
      },
    ],
  },
  {
    name: "head-with-a-condition",
    section: "RFC 9110 13.1.2",
    level: "SHOULD",
    origin: [{ fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      { ...head, fields: { "if-none-match": '"v1"' }, want: { status: 304, body: "none" } },
    ],
  },
  {
    name: "head-of-nothing",
    section: HEAD,
    level: "MUST",
    origin: [{ status: 404 }],
    steps: [{ ...head, want: { status: 404, body: "none" } }],
  },
  {
    name: "head-keeps-its-age",
    section: "RFC 9111 5.1",
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [
      { want: { from: 1 } },
      { ...head, afterMs: 1_100, want: { body: "none", fields: { age: [1, 2] } } },
    ],
  },
  ...["POST", "PUT", "DELETE", "PATCH"].map(unanswered),
  ...["POST", "PUT", "DELETE"].map(invalidating),
  {
    name: "405-names-what-is-allowed",
    section: "RFC 9110 15.5.6",
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [
      {
        method: "DELETE",
        want: { status: 405, body: "any", fields: { allow: /GET.*HEAD/ } },
      },
    ],
    notPeers: "they pass the method on",
  },
  {
    name: "unsafe-leaves-the-copy",
    section: UNSAFE,
    level: "SHOULD",
    origin: [{ fields: KEPT }, { status: 500 }],
    steps: [
      { want: { from: 1 } },
      { method: "POST", want: { status: [405, 500], body: "any" } },
      { want: { from: 1 } },
    ],
    notPeers: "they do not invalidate at all, or pass the failure on",
  },
  {
    name: "trace-echoes-nothing",
    section: "RFC 9110 9.3.8",
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [
      {
        method: "TRACE",
        fields: { cookie: "secret" },
        want: { status: [400, 405, 501], body: "any" },
      },
    ],
    notPeers: "they pass the method on",
  },
  {
    name: "options-is-not-a-copy",
    section: "RFC 9110 9.3.7",
    level: "MUST",
    origin: [{ fields: KEPT }],
    steps: [
      { method: "OPTIONS", want: { status: [200, 204, 405], body: "any" } },
      { want: { from: [1, 2] } },
    ],
  },
];
