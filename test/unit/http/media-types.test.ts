// Rows for spec section 1, F1 and F13: types by extension, kinds of assets, what is a playlist's
// type.
import { describe, expect, it } from "vitest";
import {
  type AssetKind,
  isPlaylistType,
  toAssetKind,
  toContentType,
} from "../../../workers/core/http/media-types.ts";

describe("toContentType and toAssetKind", () => {
  const rows: { path: string; origin: string | null; type: string; kind: AssetKind }[] = [
    {
      path: "/a/master.m3u8",
      origin: "text/plain",
      type: "application/vnd.apple.mpegurl",
      kind: "playlist",
    },
    {
      path: "/a/old.M3U",
      origin: "audio/x-mpegurl",
      type: "application/vnd.apple.mpegurl",
      kind: "playlist",
    },
    { path: "s1.ts", origin: "binary/octet-stream", type: "video/mp2t", kind: "segment" },
    { path: "s1.TS", origin: null, type: "video/mp2t", kind: "segment" },
    { path: "s1.m4s", origin: null, type: "video/iso.segment", kind: "segment" },
    { path: "s1.m4s", origin: "Audio/MP4; x=y", type: "audio/mp4", kind: "segment" },
    { path: "init.mp4", origin: null, type: "video/mp4", kind: "init-or-segment" },
    { path: "init.mp4", origin: "text/html", type: "video/mp4", kind: "init-or-segment" },
    { path: "a.m4a", origin: null, type: "audio/mp4", kind: "init-or-segment" },
    { path: "a.cmfa", origin: null, type: "audio/mp4", kind: "segment" },
    { path: "a.aac", origin: null, type: "audio/aac", kind: "segment" },
    { path: "a.mp3", origin: null, type: "audio/mpeg", kind: "segment" },
    { path: "a.ac3", origin: null, type: "audio/ac3", kind: "segment" },
    { path: "a.ec3", origin: null, type: "audio/eac3", kind: "segment" },
    { path: "sub.vtt", origin: null, type: "text/vtt", kind: "segment" },
    { path: "tile.jpg", origin: null, type: "image/jpeg", kind: "segment" },
    { path: "k/1.key", origin: "text/html", type: "application/octet-stream", kind: "key" },
    { path: "list.json", origin: null, type: "application/json", kind: "side" },
    {
      path: "steer.json",
      origin: "application/vnd.apple.steering-list",
      type: "application/vnd.apple.steering-list",
      kind: "side",
    },
    { path: "noext", origin: null, type: "application/octet-stream", kind: "side" },
    { path: "dir.m3u8/noext", origin: null, type: "application/octet-stream", kind: "side" },
    {
      path: "x.srt",
      origin: "text/plain; charset=utf-8",
      type: "text/plain; charset=utf-8",
      kind: "side",
    },
    { path: "x.html", origin: "text/html", type: "application/octet-stream", kind: "side" },
    { path: "x.svg", origin: "image/svg+xml", type: "application/octet-stream", kind: "side" },
    { path: "x.js", origin: "text/javascript", type: "application/octet-stream", kind: "side" },
    { path: "x", origin: "text/plain\r\nX: y", type: "application/octet-stream", kind: "side" },
    { path: "x.constructor", origin: null, type: "application/octet-stream", kind: "side" },
  ];
  for (const { path, origin, type, kind } of rows) {
    it(`${path} called ${JSON.stringify(origin)}`, () => {
      expect(toContentType(path, origin)).toBe(type);
      expect(toAssetKind(path)).toBe(kind);
    });
  }
});

describe("isPlaylistType", () => {
  const rows: { type: string | null; want: boolean }[] = [
    { type: "application/vnd.apple.mpegurl", want: true },
    { type: "Application/VND.Apple.MpegURL; charset=utf-8", want: true },
    { type: "audio/mpegurl", want: true },
    { type: "application/x-mpegURL", want: true },
    { type: "audio/x-mpegurl", want: true },
    { type: "text/html", want: false },
    { type: "", want: false },
    { type: null, want: false },
  ];
  for (const { type, want } of rows) {
    it(String(type), () => expect(isPlaylistType(type)).toBe(want));
  }
});
