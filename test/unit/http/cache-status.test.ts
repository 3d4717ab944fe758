// Rows for RFC 9211: our member, its quoting, and what happens to an upstream value.
import { describe, expect, it } from "vitest";
import {
  type CacheStatus,
  FORWARD_REASONS,
  printCacheStatus,
} from "../../../workers/core/http/cache-status.ts";

const HIT: CacheStatus = { kind: "hit", ttlSeconds: 3, detail: "l0" };
const MISS: CacheStatus = {
  kind: "forward",
  reason: "uri-miss",
  originStatus: 200,
  ttlSeconds: 6,
  stored: true,
  collapsed: true,
  detail: null,
};

describe("printCacheStatus", () => {
  const rows: { name: string; status: CacheStatus; upstream?: string; want: string }[] = [
    { name: "hit", status: HIT, want: "weir; hit; ttl=3; detail=l0" },
    {
      name: "stale hit",
      status: { kind: "hit", ttlSeconds: -2, detail: null },
      want: "weir; hit; ttl=-2",
    },
    {
      name: "miss",
      status: MISS,
      want: "weir; fwd=uri-miss; fwd-status=200; ttl=6; stored; collapsed",
    },
    {
      name: "refused before the cache",
      status: { kind: "untouched", detail: "bad-path" },
      want: "weir; detail=bad-path",
    },
    {
      name: "no answer",
      status: { ...MISS, originStatus: null, ttlSeconds: null, stored: false, collapsed: false },
      want: "weir; fwd=uri-miss",
    },
    {
      name: "detail that is no token",
      status: { ...HIT, detail: 'said "no" \\ é\r\n' },
      want: 'weir; hit; ttl=3; detail="said \\"no\\" \\\\ ???"',
    },
    {
      name: "upstream",
      status: HIT,
      upstream: "cdn; hit",
      want: "cdn; hit, weir; hit; ttl=3; detail=l0",
    },
    { name: "empty upstream", status: HIT, upstream: " ", want: "weir; hit; ttl=3; detail=l0" },
    {
      name: "upstream with an open quote",
      status: HIT,
      upstream: 'cdn; detail="x',
      want: "weir; hit; ttl=3; detail=l0",
    },
    {
      name: "upstream with an escaped quote",
      status: HIT,
      upstream: 'cdn; detail="x\\"y"',
      want: 'cdn; detail="x\\"y", weir; hit; ttl=3; detail=l0',
    },
    {
      name: "upstream ending in a comma",
      status: HIT,
      upstream: "cdn; hit,",
      want: "weir; hit; ttl=3; detail=l0",
    },
    {
      name: "upstream with a line end",
      status: HIT,
      upstream: "cdn\r\nx: y",
      want: "weir; hit; ttl=3; detail=l0",
    },
  ];
  for (const { name, status, upstream = null, want } of rows) {
    it(name, () => expect(printCacheStatus(status, upstream)).toBe(want));
  }

  for (const reason of FORWARD_REASONS) {
    it(`never says hit with fwd=${reason}`, () => {
      const text = printCacheStatus({ ...MISS, reason }, null);
      expect(text).toContain(`; fwd=${reason};`);
      expect(text).not.toContain("hit");
    });
  }
});
