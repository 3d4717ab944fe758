// Rows for RFC 9110 section 12.5.3: weights, wildcards, refusals, damaged members.
import { describe, expect, it } from "vitest";
import { type Coding, decideCoding } from "../../../workers/core/http/accept-encoding.ts";

describe("decideCoding", () => {
  const rows: { header: string | null; want: Coding }[] = [
    { header: null, want: "identity" },
    { header: "", want: "identity" },
    { header: "gzip", want: "gzip" },
    { header: "GZip", want: "gzip" },
    { header: "x-gzip", want: "gzip" },
    { header: "gzip, deflate, br, zstd", want: "gzip" },
    { header: "br", want: "identity" },
    { header: "identity", want: "identity" },
    { header: "*", want: "gzip" },
    { header: "*;q=0", want: "identity" },
    { header: "gzip;q=0", want: "identity" },
    { header: "gzip;q=0.000", want: "identity" },
    { header: "gzip;q=0.001", want: "gzip" },
    { header: "gzip;q=0, *", want: "identity" },
    { header: "*;q=0, gzip", want: "gzip" },
    { header: "gzip;q=0.5, identity", want: "identity" },
    { header: "gzip;q=0.5, identity;q=0.5", want: "gzip" },
    { header: "gzip ; q=0.8 , identity ; q=0.9", want: "identity" },
    { header: "identity;q=0", want: "identity" },
    { header: "identity;q=0, *", want: "gzip" },
    { header: "gzip;q=1.000", want: "gzip" },
    { header: "gzip;q=1.5", want: "identity" },
    { header: "gzip;q=", want: "identity" },
    { header: "gzip;level=9", want: "identity" },
    { header: ",,gzip,,", want: "gzip" },
    { header: "gzipped", want: "identity" },
    { header: "gzip".padEnd(1024, ","), want: "gzip" },
    { header: "gzip".padEnd(1025, ","), want: "identity" },
  ];
  for (const { header, want } of rows) {
    it(String(header).slice(0, 40), () => expect(decideCoding(header)).toBe(want));
  }
});
