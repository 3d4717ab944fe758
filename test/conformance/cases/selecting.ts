// Which copy answers which request: Vary and content codings (RFC 9111 section 4.1; RFC 9110
// section 12.5), the targeted fields of caches like ours (RFC 9213), what viewers ask of caches
// (RFC 9111 section 5.2.1), and requests that come together (section 4).

import { type Fields, notReused, PAST_MS, type Row, reused } from "../case.ts";

const LONG = "max-age=3600";
const VARY = "RFC 9111 4.1";
const TARGETED = "RFC 9213 2.2";
const WISH = "RFC 9111 5.2.1";
const NO_TARGETS = "neither implements RFC 9213";

const targeted = (row: Row): Row => ({ ...row, notPeers: NO_TARGETS });

/** A wish of a viewer: advisory, so a copy and a fresh answer are both right. */
const wish = (name: string, fields: Fields, section = WISH): Row => ({
  name,
  section,
  level: "MAY",
  origin: [{ fields: { "cache-control": LONG } }],
  steps: [{ want: { from: 1 } }, { fields, want: { from: [1, 2] } }, { want: { from: [1, 2] } }],
});

export const SELECTING: readonly Row[] = [
  notReused("vary-any", VARY, "MUST", { "cache-control": LONG, vary: "*" }),
  notReused("vary-any-in-a-list", VARY, "MUST", { "cache-control": LONG, vary: "accept, *" }),
  {
    name: "vary-same",
    section: VARY,
    level: "MAY",
    origin: [{ fields: { "cache-control": LONG, vary: "accept-language" } }],
    steps: [
      { fields: { "accept-language": "en" }, want: { from: 1 } },
      { fields: { "accept-language": "en" }, want: { from: 1, asked: 1 } },
    ],
  },
  {
    name: "vary-other",
    section: VARY,
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG, vary: "accept-language" } }],
    steps: [
      { fields: { "accept-language": "en" }, want: { from: 1 } },
      { fields: { "accept-language": "fr" }, want: { from: 2 } },
    ],
    notWeir:
      "origins never see a viewer's fields, so they cannot select by them: every request that " +
      "could be nominated is the same (row vary-nothing-to-select-by)",
  },
  {
    name: "vary-nothing-to-select-by",
    section: VARY,
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG, vary: "accept-language, user-agent" } }],
    steps: [
      {
        fields: { "accept-language": "en", "user-agent": "player", referer: "https://a.example/" },
        want: { from: 1, sent: { "accept-language": null, referer: null, "user-agent": /^weir/ } },
      },
    ],
    notPeers: "they pass viewers' fields on, and select by them",
  },
  {
    name: "coding-by-request",
    section: "RFC 9110 12.5.3",
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG, vary: "accept-encoding" }, gzip: "accepted" }],
    steps: [
      { fields: { "accept-encoding": "gzip" }, want: { body: "any" } },
      { want: { from: [1, 2], fields: { "content-encoding": null } } },
    ],
  },
  // An object store hands out what was stored gzipped, whoever asks.
  ...[{}, { "accept-encoding": "gzip" }].map(
    (fields: Fields, index): Row => ({
      name: index === 0 ? "coding-unasked" : "coding-unasked-but-liked",
      section: "RFC 9110 8.4",
      level: "MUST",
      origin: [{ fields: { "cache-control": LONG }, gzip: "always" }],
      steps: [
        { fields, want: { from: 1 } },
        { fields, afterMs: 100, want: { from: [1, 2] } },
      ],
    }),
  ),
  targeted(
    reused("targeted-before-no-store", TARGETED, "MUST", {
      "cdn-cache-control": LONG,
      "cache-control": "no-store",
    }),
  ),
  targeted(
    reused("targeted-before-max-age", TARGETED, "MUST", {
      "cdn-cache-control": LONG,
      "cache-control": "max-age=0",
    }),
  ),
  targeted(
    reused("targeted-before-expires", TARGETED, "MUST", {
      "cdn-cache-control": LONG,
      expires: "{now-60}",
    }),
  ),
  targeted(
    notReused(
      "targeted-over",
      TARGETED,
      "MUST",
      {
        "cdn-cache-control": "max-age=1",
        "cache-control": LONG,
      },
      { afterMs: PAST_MS },
    ),
  ),
  targeted(
    notReused("targeted-no-store", TARGETED, "MUST", {
      "cdn-cache-control": "no-store",
      "cache-control": LONG,
    }),
  ),
  targeted(
    notReused("targeted-private", TARGETED, "MUST", {
      "cdn-cache-control": `private, ${LONG}`,
      "cache-control": LONG,
    }),
  ),
  targeted(
    notReused("targeted-no-cache", TARGETED, "MUST", {
      "cdn-cache-control": "no-cache",
      "cache-control": LONG,
    }),
  ),
  targeted(
    reused("targeted-nearest", "RFC 9213 2", "MUST", {
      "cloudflare-cdn-cache-control": LONG,
      "cdn-cache-control": "no-store",
    }),
  ),
  reused("targeted-not-a-dictionary", "RFC 9213 2.1", "MUST", {
    "cdn-cache-control": "no-store;;, =",
    "cache-control": LONG,
  }),
  reused("targeted-empty", "RFC 9213 2.1", "MUST", {
    "cdn-cache-control": "",
    "cache-control": LONG,
  }),
  reused("targeted-at-others", "RFC 9213 2", "MUST", {
    "other-cdn-cache-control": "no-store",
    "cache-control": LONG,
  }),
  targeted(
    reused("targeted-unknown-directive", "RFC 9213 2.1", "MUST", {
      "cdn-cache-control": 'max-age=3600, colour="blue"',
      "cache-control": "no-store",
    }),
  ),
  wish("asks-no-cache", { "cache-control": "no-cache" }),
  wish("asks-max-age-zero", { "cache-control": "max-age=0" }),
  wish("asks-no-store", { "cache-control": "no-store" }),
  wish("asks-min-fresh", { "cache-control": "min-fresh=7200" }),
  wish("asks-max-stale", { "cache-control": "max-stale" }),
  wish("asks-only-if-cached", { "cache-control": "only-if-cached" }),
  wish("asks-pragma", { pragma: "no-cache" }, "RFC 9111 5.4"),
  {
    name: "asks-only-if-cached-cold",
    section: "RFC 9111 5.2.1.7",
    level: "MAY",
    origin: [{ fields: { "cache-control": LONG } }],
    steps: [{ fields: { "cache-control": "only-if-cached" }, want: { from: 1, orStatus: [504] } }],
  },
  {
    name: "together",
    section: "RFC 9111 4",
    level: "MAY",
    origin: [{ fields: { "cache-control": LONG }, delayMs: 150 }],
    steps: [{ crowd: 10, bodies: 1, want: { from: 1, asked: 1 } }],
  },
  {
    name: "together-segment",
    section: "RFC 9111 4",
    level: "MAY",
    file: "segment",
    origin: [{ fields: { "cache-control": LONG }, delayMs: 150, bytes: 300_000 }],
    steps: [{ crowd: 10, bodies: 1, want: { from: 1, asked: 1 } }],
  },
  ...["no-store", `private, ${LONG}`, "max-age=0"].map(
    (cacheControl): Row => ({
      name: `together-${cacheControl.replace(/[,=].*/, "")}`,
      section: "RFC 9111 4",
      level: "MUST",
      origin: [{ fields: { "cache-control": cacheControl }, delayMs: 150 }],
      steps: [{ crowd: 5, bodies: 5, want: { body: "any", asked: 5 } }],
    }),
  ),
  {
    name: "together-vary-any",
    section: VARY,
    level: "MUST",
    origin: [{ fields: { "cache-control": LONG, vary: "*" }, delayMs: 150 }],
    steps: [{ crowd: 5, bodies: 5, want: { body: "any", asked: 5 } }],
  },
];
