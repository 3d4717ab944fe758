// What a player says of itself, in both versions and both places, and whatever else strangers send.

import { describe, expect, test } from "vitest";
import { CMCD_CHARS_MAX, CMCD_NEXT_MAX, parseCmcd } from "../../../workers/core/http/cmcd.ts";

const NONE = { requestHeader: null, objectHeader: null, statusHeader: null };
const query = (text: string) =>
  parseCmcd({ ...NONE, query: `a=1&CMCD=${encodeURIComponent(text)}&b=2` });
const header = (text: string) => parseCmcd({ ...NONE, query: "", requestHeader: text });
const NOTHING = { next: [], isUrgent: false, hasStarved: false, objectType: null };
const whole = (reference: string) => ({ reference, range: null });

describe("next objects", () => {
  test.each([
    { name: "v1", text: 'bl=2000,nor="2.m4s",sid="x"', next: [whole("2.m4s")] },
    { name: "v1, encoded twice", text: 'nor="..%2Fv720%2F2.m4s"', next: [whole("../v720/2.m4s")] },
    {
      name: "v1 with a range",
      text: 'nor="a.mp4",nrr="0-99"',
      next: [{ reference: "a.mp4", range: "0-99" }],
    },
    { name: "v1, a range alone", text: 'nrr="100-"', next: [{ reference: "", range: "100-" }] },
    { name: "v2", text: 'nor=("2.m4s" "3.m4s"),v=2', next: [whole("2.m4s"), whole("3.m4s")] },
    {
      name: "v2 with a range",
      text: 'nor=("a.mp4";r="0-99" "b.mp4"),v=2',
      next: [{ reference: "a.mp4", range: "0-99" }, whole("b.mp4")],
    },
    {
      name: "v2 with parameters of tomorrow",
      text: 'nor=("a.mp4";x=1;r="0-9";y "b.mp4";z="1"),v=2',
      next: [{ reference: "a.mp4", range: "0-9" }, whole("b.mp4")],
    },
    { name: "v2, none", text: "nor=(),v=2", next: [] },
    {
      name: "quotes and commas inside",
      text: 'cid="a\\",nor=\\"x",nor="b,c.ts"',
      next: [whole("b,c.ts")],
    },
    { name: "none", text: "bl=2000,br=3200,d=4004", next: [] },
    { name: "an empty one", text: 'nor=""', next: [] },
    { name: "no string", text: "nor=2.m4s", next: [] },
  ])("$name", ({ text, next }) => {
    expect(query(text).next).toEqual(next);
    expect(header(text).next).toEqual(next);
  });

  test(`${CMCD_NEXT_MAX} at most`, () => {
    const list = Array.from({ length: 50 }, (_, index) => `"${index}.ts"`).join(" ");
    expect(query(`nor=(${list}),v=2`).next).toHaveLength(CMCD_NEXT_MAX);
  });
});

describe("urgency and type", () => {
  test.each([
    { text: "bs", isUrgent: true },
    { text: "su", isUrgent: true },
    { text: "su=?1,v=2", isUrgent: true },
    { text: "su=?0,v=2", isUrgent: false },
    { text: "bl=1,bs,su", isUrgent: true },
    { text: 'sid="bs"', isUrgent: false },
    { text: "bsd=5", isUrgent: false },
  ])("$text", ({ text, isUrgent }) => expect(query(text).isUrgent).toBe(isUrgent));

  test.each([
    { text: "bl=1,bs,su", hasStarved: true },
    { text: "bs=?0,v=2", hasStarved: false },
    { text: "su", hasStarved: false },
  ])("starved: $text", ({ text, hasStarved }) => {
    expect(query(text).hasStarved).toBe(hasStarved);
  });

  test.each([
    { text: "ot=v", objectType: "v" },
    { text: "ot=av,st=l", objectType: "av" },
    { text: 'ot="v"', objectType: null },
    { text: "ot=video", objectType: null },
    { text: "ot", objectType: null },
  ])("$text", ({ text, objectType }) => expect(query(text).objectType).toBe(objectType));
});

describe("places", () => {
  test("headers win over the query, and are read together", () => {
    const hints = parseCmcd({
      query: "CMCD=nor%3D%22query.ts%22%2Cbs",
      requestHeader: 'nor="header.ts",su',
      objectHeader: "ot=a,d=4000",
      statusHeader: null,
    });
    expect(hints).toEqual({
      next: [whole("header.ts")],
      isUrgent: true,
      hasStarved: false,
      objectType: "a",
    });
  });

  test("starvation stands in the status header", () => {
    expect(parseCmcd({ ...NONE, query: "", statusHeader: "bs,rtp=100" }).isUrgent).toBe(true);
  });
});

describe("what is not CMCD is nothing", () => {
  test.each([
    { name: "no query", query: "" },
    { name: "another parameter", query: "CMCDX=bs&xCMCD=bs" },
    { name: "a bad escape", query: "CMCD=%zz" },
    { name: "not UTF-8", query: "CMCD=%ff%fe" },
    { name: "a flood", query: `CMCD=${"bs,".repeat(CMCD_CHARS_MAX)}` },
    { name: "nonsense", query: "CMCD=%3D%2C%22%28%29" },
  ])("$name", ({ query: text }) => {
    expect(parseCmcd({ ...NONE, query: text })).toEqual(NOTHING);
  });

  test("what came before the nonsense counts", () => {
    expect(query('bs,=x,nor="a.ts"')).toEqual({ ...NOTHING, isUrgent: true, hasStarved: true });
  });

  test.each(['"', "(", '\\"', ";", "a=", '("', "nor=("])("a flood of %s ends", (piece) => {
    // A reader that tries every way to split these would not come back.
    const text = piece.repeat(Math.floor((CMCD_CHARS_MAX - 10) / piece.length));
    for (const start of ["nor=", 'nor=("']) {
      const hints = parseCmcd({ ...NONE, query: "", requestHeader: start + text });
      expect(hints.isUrgent).toBe(false);
    }
  });
});
