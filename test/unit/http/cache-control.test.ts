// Rows for what an origin's headers allow (RFC 9111, 9213, 5861, 8246; spec section 9, H1 to H6).
import { describe, expect, it } from "vitest";
import {
  type OriginCacheHeaders,
  type OriginFreshness,
  parseCacheControl,
  toOriginFreshness,
} from "../../../workers/core/http/cache-control.ts";

const NONE: OriginCacheHeaders = {
  cloudflareCdnCacheControl: null,
  cdnCacheControl: null,
  cacheControl: null,
  age: null,
  expires: null,
  date: null,
  vary: null,
};
const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
const NOON = "Fri, 20 Nov 2026 12:00:00 GMT";

type Want = Partial<OriginFreshness>;

describe("toOriginFreshness", () => {
  const rows: { name: string; headers: Partial<OriginCacheHeaders>; want: Want }[] = [
    {
      name: "nothing said",
      headers: {},
      want: { freshMs: null, swrMs: null, sieMs: null, storable: true, reason: "unstated" },
    },
    { name: "max-age", headers: { cacheControl: "max-age=60" }, want: { freshMs: 60_000 } },
    {
      name: "capitals and quotes",
      headers: { cacheControl: 'Public, MAX-AGE="60"' },
      want: { freshMs: 60_000, reason: "max-age" },
    },
    {
      name: "s-maxage goes first and forbids stale windows",
      headers: { cacheControl: "max-age=60, s-maxage=10, stale-if-error=99" },
      want: { freshMs: 10_000, swrMs: 0, sieMs: 0, reason: "s-maxage" },
    },
    {
      name: "must-revalidate forbids stale windows",
      headers: { cacheControl: "max-age=60, must-revalidate, stale-while-revalidate=5" },
      want: { freshMs: 60_000, swrMs: 0, sieMs: 0 },
    },
    {
      name: "stale windows",
      headers: { cacheControl: "max-age=1, stale-while-revalidate=5, stale-if-error=30" },
      want: { freshMs: 1000, swrMs: 5000, sieMs: 30_000 },
    },
    {
      name: "Age is subtracted",
      headers: { cacheControl: "max-age=60", age: "45" },
      want: { freshMs: 15_000 },
    },
    {
      name: "Age beyond the lifetime uses up stale windows",
      headers: { cacheControl: "max-age=60, stale-while-revalidate=30", age: "80" },
      want: { freshMs: 0, swrMs: 10_000 },
    },
    {
      name: "Age that is no number counts as 0",
      headers: { cacheControl: "max-age=60", age: "-3" },
      want: { freshMs: 60_000 },
    },
    {
      name: "first of several Ages",
      headers: { cacheControl: "max-age=60", age: "10, 20" },
      want: { freshMs: 50_000 },
    },
    {
      name: "max-age without a number is stale",
      headers: { cacheControl: "max-age=soon" },
      want: { freshMs: 0, reason: "max-age" },
    },
    {
      name: "negative max-age is stale",
      headers: { cacheControl: "max-age=-1" },
      want: { freshMs: 0 },
    },
    {
      name: "huge max-age is held at 2^31",
      headers: { cacheControl: "max-age=99999999999999999999" },
      want: { freshMs: 2 ** 31 * 1000 },
    },
    {
      name: "first of equal directives",
      headers: { cacheControl: "max-age=5, max-age=500" },
      want: { freshMs: 5000 },
    },
    {
      name: "no-store",
      headers: { cacheControl: "max-age=60, no-store" },
      want: { freshMs: 0, swrMs: 0, sieMs: 0, storable: false, reason: "no-store" },
    },
    {
      name: "private",
      headers: { cacheControl: "private, max-age=60" },
      want: { storable: false, reason: "private" },
    },
    {
      name: "private with a field name is read strictly",
      headers: { cacheControl: 'private="set-cookie", max-age=60' },
      want: { storable: false, reason: "private" },
    },
    {
      name: "no-store inside a quoted value is not a directive",
      headers: { cacheControl: 'ext="a, no-store, b", max-age=9' },
      want: { freshMs: 9000, storable: true },
    },
    {
      name: "no-cache may be kept but not used unasked",
      headers: { cacheControl: "no-cache, max-age=60" },
      want: { freshMs: 0, swrMs: 0, sieMs: 0, storable: true, reason: "no-cache" },
    },
    {
      name: "immutable",
      headers: { cacheControl: "max-age=60, immutable" },
      want: { freshMs: 60_000, immutable: true },
    },
    {
      name: "Expires minus Date",
      headers: { expires: "Fri, 20 Nov 2026 12:00:30 GMT", date: NOON },
      want: { freshMs: 30_000, reason: "expires" },
    },
    {
      name: "Expires without Date is measured from now",
      headers: { expires: "Fri, 20 Nov 2026 12:00:05 GMT" },
      want: { freshMs: 5000 },
    },
    {
      name: "Expires uses the origin's own clock",
      headers: { expires: "Fri, 20 Nov 2026 08:00:30 GMT", date: "Fri, 20 Nov 2026 08:00:00 GMT" },
      want: { freshMs: 30_000 },
    },
    { name: "Expires: 0", headers: { expires: "0" }, want: { freshMs: 0, reason: "expires" } },
    {
      name: "max-age goes before Expires",
      headers: { cacheControl: "max-age=7", expires: "0" },
      want: { freshMs: 7000, reason: "max-age" },
    },
    {
      name: "Cloudflare's field goes first",
      headers: {
        cloudflareCdnCacheControl: "max-age=3",
        cdnCacheControl: "max-age=4",
        cacheControl: "no-store",
      },
      want: { freshMs: 3000, storable: true, reason: "targeted" },
    },
    {
      name: "CDN-Cache-Control goes before Cache-Control",
      headers: { cdnCacheControl: "max-age=4", cacheControl: "private" },
      want: { freshMs: 4000, storable: true, reason: "targeted" },
    },
    {
      name: "targeted no-store",
      headers: { cdnCacheControl: "no-store", cacheControl: "max-age=60" },
      want: { storable: false, reason: "no-store" },
    },
    {
      name: "a targeted field that does not parse is ignored",
      headers: { cloudflareCdnCacheControl: "Max-Age = 3", cacheControl: "max-age=60" },
      want: { freshMs: 60_000, reason: "max-age" },
    },
    {
      name: "an empty targeted field is ignored",
      headers: { cdnCacheControl: "", cacheControl: "max-age=60" },
      want: { freshMs: 60_000 },
    },
    {
      name: "a targeted field silences Expires",
      headers: { cdnCacheControl: "public", expires: "Fri, 20 Nov 2026 13:00:00 GMT" },
      want: { freshMs: null, reason: "unstated" },
    },
    {
      name: "targeted parameters are dropped",
      headers: { cdnCacheControl: "max-age=6;x=1, must-revalidate" },
      want: { freshMs: 6000, swrMs: 0, sieMs: 0 },
    },
    {
      name: "Vary: *",
      headers: { vary: "Accept, *", cacheControl: "max-age=60" },
      want: { storable: false, reason: "vary-any" },
    },
    {
      name: "a field too long to be meant is read strictly",
      headers: { cacheControl: `max-age=60, x=${"y".repeat(5000)}` },
      want: { storable: false, reason: "no-store" },
    },
  ];
  for (const { name, headers, want } of rows) {
    it(name, () => {
      expect(toOriginFreshness({ ...NONE, ...headers }, NOW_MS)).toMatchObject(want);
    });
  }
});

describe("parseCacheControl", () => {
  const rows: { field: string; want: [string, string | true][] }[] = [
    { field: "", want: [] },
    { field: " , ,", want: [] },
    { field: "no-cache", want: [["no-cache", true]] },
    {
      field: "a = 1 , b",
      want: [
        ["a", "1"],
        ["b", true],
      ],
    },
    { field: "=5, a", want: [["a", true]] },
    { field: 'a="open, no-store', want: [["no-store", true]] },
    { field: "max-age=1;x, b", want: [["b", true]] },
  ];
  for (const { field, want } of rows) {
    it(field === "" ? "empty" : field, () => {
      expect([...parseCacheControl(field)]).toEqual(want);
    });
  }
});
