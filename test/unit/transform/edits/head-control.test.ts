// SERVER-CONTROL set in the head alone.

import { expect, test } from "vitest";
import { printServerControl } from "../../../../workers/core/transform/edits/head-control.ts";

const HEAD = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n";
const BODY =
  "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:2,\n7.ts\n#EXTINF:2,\n8.ts\n";
const KEPT = { canBlockReload: true, canSkipUntilSeconds: 12 };
const PROMISES = "CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12";

test.each([
  {
    name: "where there was none",
    text: HEAD + BODY,
    options: KEPT,
    want: `${HEAD}#EXT-X-SERVER-CONTROL:${PROMISES}\n${BODY}`,
  },
  {
    name: "beside what the origin said",
    text: `${HEAD}#EXT-X-SERVER-CONTROL:HOLD-BACK=6.0\n${BODY}`,
    options: KEPT,
    want: `${HEAD}#EXT-X-SERVER-CONTROL:HOLD-BACK=6.0,${PROMISES}\n${BODY}`,
  },
  {
    name: "taken out",
    text: `${HEAD}#EXT-X-SERVER-CONTROL:${PROMISES}\n${BODY}`,
    options: { canBlockReload: false, canSkipUntilSeconds: null },
    want: HEAD + BODY,
  },
  {
    name: "a boundary that is too short: left as it was",
    text: HEAD + BODY,
    options: { canBlockReload: true, canSkipUntilSeconds: 11 },
    want: HEAD + BODY,
  },
  {
    name: "no segment yet",
    text: HEAD,
    options: { canBlockReload: true, canSkipUntilSeconds: null },
    want: `${HEAD}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n`,
  },
])("$name", ({ text, options, want }) => {
  expect(printServerControl(text, options)).toBe(want);
});
