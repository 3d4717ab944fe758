// Messages as such: fields of one connection only, Via, framing, malformed answers, gateways'
// own errors (RFC 9110 sections 6, 7.6 and 15.6; RFC 9112), and what Cache-Status says (RFC 9211).

import { type OriginAnswer, PAST_MS, type Row } from "../case.ts";

const HOP = "RFC 9110 7.6.1";
const STATUS = "RFC 9211 2";
const LONG = { "cache-control": "max-age=3600" };
const SILENT = "neither sends Cache-Status";

/** An answer that is not HTTP: whoever asked must be told that it was the origin's fault. */
const malformed = (name: string, section: string, raw: string): Row => ({
  name,
  section,
  level: "MUST",
  origin: [{ raw }],
  steps: [{ want: { status: [500, 502, 503, 504], body: "any" } }],
});

/** A field that ends at this connection, in the first answer and in the stored copy. */
const hop = (name: string, fields: Record<string, string>, dropped: string): Row => ({
  name,
  section: HOP,
  level: "MUST",
  origin: [{ fields: { ...LONG, ...fields } }],
  steps: [
    { want: { from: 1, fields: { [dropped]: null } } },
    { want: { from: 1, fields: { [dropped]: null } } },
  ],
});

const ok = (more: string): OriginAnswer => ({
  raw: `HTTP/1.1 200 OK\r\n${more}\r\n\r\n{body}`,
});

export const MESSAGES: readonly Row[] = [
  hop("connection-named", { connection: "x-hop, keep-alive", "x-hop": "1" }, "x-hop"),
  hop("proxy-authenticate", { "proxy-authenticate": 'Basic realm="x"' }, "proxy-authenticate"),
  hop("upgrade", { upgrade: "websocket" }, "upgrade"),
  {
    name: "hop-of-the-request",
    section: HOP,
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [
      {
        fields: { connection: "x-mine, keep-alive", "x-mine": "1", te: "trailers" },
        want: { from: 1, sent: { "x-mine": null, te: null } },
      },
    ],
  },
  {
    name: "via",
    section: "RFC 9110 7.6.3",
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [{ want: { from: 1, sent: { via: /1\.1 \S+/ } } }],
  },
  {
    name: "unknown-fields-pass",
    section: "RFC 9110 5.1",
    level: "MUST",
    origin: [{ fields: { ...LONG, "x-studio": "7" } }],
    steps: [{ want: { from: 1, fields: { "x-studio": "7" } } }],
    notWeir:
      "an edge is configured to pass a closed set of fields: an object store's own ones tell where " +
      "and how media is kept (design: headers of every response are ours)",
  },
  {
    name: "type-of-a-file",
    section: "RFC 9110 8.3",
    level: "SHOULD",
    file: "segment",
    origin: [{ fields: { ...LONG, "content-type": "video/mp2t" } }],
    steps: [
      { want: { from: 1, fields: { "content-type": "video/mp2t" } } },
      { want: { from: 1, fields: { "content-type": "video/mp2t" } } },
    ],
  },
  {
    name: "length-of-a-copy",
    section: "RFC 9110 8.6",
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [
      { want: { from: 1, fields: { "content-length": "2000" } } },
      { want: { from: 1, fields: { "content-length": "2000" } } },
    ],
  },
  {
    name: "two-lengths",
    section: "RFC 9112 6.3",
    level: "MUST",
    origin: [ok("content-length: 20\r\ncontent-length: 2000\r\ncache-control: max-age=3600")],
    steps: [{ want: { status: [500, 502, 503, 504], body: "any" } }],
  },
  {
    name: "length-of-words",
    section: "RFC 9112 6.3",
    level: "MUST",
    origin: [ok("content-length: many\r\ncache-control: max-age=3600")],
    steps: [{ want: { status: [500, 502, 503, 504], body: "any" } }],
  },
  {
    name: "folded-field",
    section: "RFC 9112 5.2",
    level: "MUST",
    origin: [ok("content-length: 2000\r\ncache-control: max-age=3600,\r\n no-store")],
    steps: [
      { want: { from: 1, orStatus: [500, 502, 503] } },
      { want: { from: 2, orStatus: [500, 502, 503] } },
    ],
  },
  malformed("not-http", "RFC 9112 4", "220 mail.example ESMTP\r\n\r\n"),
  malformed("no-status", "RFC 9112 4", "HTTP/1.1 OK\r\n\r\n"),
  malformed("nothing-at-all", "RFC 9110 15.6.3", ""),
  {
    name: "http-1-0",
    section: "RFC 9110 2.5",
    level: "MUST",
    origin: [{ raw: "HTTP/1.0 200 OK\r\ncache-control: max-age=3600\r\n\r\n{body}" }],
    steps: [{ want: { from: 1 } }, { want: { from: [1, 2] } }],
  },
  {
    name: "bad-gateway",
    section: "RFC 9110 15.6.3",
    level: "MUST",
    origin: [{ reset: true }],
    steps: [{ want: { status: 502, body: "any" } }],
  },
  {
    name: "gateway-timeout",
    section: "RFC 9110 15.6.5",
    level: "MUST",
    origin: [{ delayMs: 14_000 }],
    steps: [{ want: { status: 504, body: "any" } }],
  },
  {
    name: "status-miss",
    section: STATUS,
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [
      { want: { from: 1, fields: { "cache-status": /^weir; fwd=uri-miss\b(?!.*\bhit\b)/ } } },
    ],
    notPeers: SILENT,
  },
  {
    name: "status-hit",
    section: STATUS,
    level: "MUST",
    origin: [{ fields: LONG }],
    steps: [
      { want: { from: 1 } },
      { want: { from: 1, fields: { "cache-status": /^weir; hit; ttl=3\d\d\d\b(?!.*\bfwd\b)/ } } },
    ],
    notPeers: SILENT,
  },
  {
    name: "status-stored",
    section: "RFC 9211 2.5",
    level: "MUST",
    origin: [{ fields: { "cache-control": "no-store" } }],
    steps: [{ want: { from: 1, fields: { "cache-status": /fwd=(?!.*\bstored\b)/ } } }],
    notPeers: SILENT,
  },
  {
    name: "status-stale",
    section: "RFC 9211 2.4",
    level: "MUST",
    origin: [{ fields: { "cache-control": "max-age=1, stale-if-error=60" } }, { status: 503 }],
    steps: [
      { want: { from: 1 } },
      {
        afterMs: PAST_MS,
        want: { from: 1, fields: { "cache-status": /fwd=stale.*ttl=-\d/ } },
      },
    ],
    notPeers: SILENT,
  },
  {
    name: "problem-details",
    section: "RFC 9457 3",
    level: "MAY",
    origin: [{ reset: true }],
    steps: [
      {
        want: {
          status: 502,
          body: "any",
          fields: { "content-type": /^application\/problem\+json/, "cache-control": "no-store" },
        },
      },
    ],
    notPeers: "their errors are pages for people",
  },
];
