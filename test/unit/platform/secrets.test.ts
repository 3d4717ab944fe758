// Named secrets: found, or a line for the operator that holds the name and never the value.

import { describe, expect, test } from "vitest";
import { readHttpCredentials, readS3Credentials } from "../../../workers/platform/secrets.ts";

const read = (value: unknown, name = "CHUNKS") =>
  readS3Credentials({ WEIR_S3_CHUNKS: value }, name);

describe("found", () => {
  test.each([
    { value: "id:key", want: { accessKeyId: "id", secretAccessKey: "key", sessionToken: null } },
    {
      value: "id:key:token",
      want: { accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" },
    },
    {
      value: "id:key:to:k:en",
      want: { accessKeyId: "id", secretAccessKey: "key", sessionToken: "to:k:en" },
    },
    {
      value: "id:k/e+y=",
      want: { accessKeyId: "id", secretAccessKey: "k/e+y=", sessionToken: null },
    },
  ])("$value", ({ value, want }) => {
    expect(read(value)).toEqual({ kind: "credentials", credentials: want });
  });
});

describe("missing", () => {
  const NOT_SET = "secret WEIR_S3_CHUNKS is not set; use: wrangler secret put WEIR_S3_CHUNKS";
  const FORM =
    "secret WEIR_S3_CHUNKS is not of the form accessKeyId:secretAccessKey[:sessionToken]";
  test.each([
    { value: undefined, want: NOT_SET },
    { value: "", want: NOT_SET },
    { value: 7, want: NOT_SET },
    { value: { accessKeyId: "hunter2" }, want: NOT_SET },
    { value: "hunter2", want: FORM },
    { value: ":hunter2", want: FORM },
    { value: "hunter2:", want: FORM },
    { value: "::hunter2", want: FORM },
  ])("$value", ({ value, want }) => {
    const reading = read(value);
    expect(reading).toEqual({ kind: "missing", detail: want });
    expect(JSON.stringify(reading)).not.toContain("hunter2");
  });

  test("another name", () => {
    expect(read("id:hunter2", "OTHER")).toEqual({
      kind: "missing",
      detail: "secret WEIR_S3_OTHER is not set; use: wrangler secret put WEIR_S3_OTHER",
    });
  });
});

describe("headers for an HTTP origin", () => {
  const readHeaders = (value: unknown) => readHttpCredentials({ WEIR_HTTP_CDN: value }, "CDN");

  test.each([
    ["Authorization: Bearer abc", [["Authorization", "Bearer abc"]]],
    [
      "X-Key:1\r\n\r\nX-Other: a: b\n",
      [
        ["X-Key", "1"],
        ["X-Other", "a: b"],
      ],
    ],
  ])("%j", (value, want) => {
    expect(readHeaders(value)).toEqual({ kind: "credentials", credentials: want });
  });

  test.each([
    ["nothing", undefined, /is not set/],
    ["no name", "hush-hush", /is not of the form/],
    ["a name with blanks", "X Key: hush-hush", /is not of the form/],
    ["a field that is how we talk", "Range: hush-hush", /is not of the form/],
    ["another host", "Host: hush-hush", /is not of the form/],
    ["a letter that no field may have", "X-Key: hush-hush\u0000", /is not of the form/],
  ])("%s is refused without its value", (_name, value, want) => {
    const reading = readHeaders(value);
    expect(reading).toEqual({ kind: "missing", detail: expect.stringMatching(want) });
    expect(JSON.stringify(reading)).not.toContain("hush-hush");
  });
});
