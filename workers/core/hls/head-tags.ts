// Tags that speak about the whole playlist (bis-22 sections 4.4.1 to 4.4.3): they may stand between
// segments and still belong to none. Date ranges, hints and reports are not among them: who cuts a
// playlist keeps them, who splices several must look at each.

export const HEAD_TAGS = [
  "EXTM3U",
  "EXT-X-VERSION",
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-START",
  "EXT-X-DEFINE",
  "EXT-X-TARGETDURATION",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-DISCONTINUITY-SEQUENCE",
  "EXT-X-ENDLIST",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-I-FRAMES-ONLY",
  "EXT-X-IMAGES-ONLY",
  "EXT-X-PART-INF",
  "EXT-X-SERVER-CONTROL",
  "EXT-X-SKIP",
  "EXT-X-ALLOW-CACHE",
] as const;
