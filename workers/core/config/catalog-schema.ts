// The shape of the catalog file (design: "Catalog"), as one schema: it validates, fills in the
// defaults and words the complaints. What needs more than one field at a time (duplicate ids,
// unknown origins, ...) is in read-catalog.ts.
//
// zod and smol-toml are the only packages that core may import, and only in this room: both are
// pure and synchronous, and only control and the command line ever load them.

import * as z from "zod";
import { parseTtlPolicy, type TtlPolicy } from "../ttl/policy.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,62}$/;
const QUERY_NAME = /^[A-Za-z0-9._-]{1,64}$/;

const id = z
  .string({ error: "must be a text of lower-case letters, digits and hyphens" })
  .regex(ID, "must be lower-case letters, digits and hyphens, beginning with a letter or digit");

/** An absolute http(s) URL without user name, password, query or fragment. */
const baseUrl = z
  .string({ error: 'must be a text like "https://origin.example/live"' })
  .regex(
    /^https?:\/\/(?!.*@)[A-Za-z0-9.\-[\]:]+(\/[^?#\s]*)?$/,
    "must be an absolute http or https URL without user name, password, query or fragment",
  );

const prefix = z
  .string({ error: 'must be a text like "/ch7"' })
  .regex(/^(\/[^/?#\s]+)*$/, 'must be empty or begin with "/" and not end with one, like "/ch7"')
  .refine((value) => !/(^|\/)\.\.?(\/|$)/.test(value), 'must not contain "." or ".." segments');

const place = z.union(
  [
    id.transform((name) => ({ id: name, prefix: "" })),
    z.strictObject({ id, prefix: prefix.default("") }),
  ],
  { error: 'must be an origin\'s id, or {id = "...", prefix = "/..."}' },
);

const channelOrigin = z.union(
  [
    id.transform((name) => ({ id: name, prefix: "", segments: null })),
    z.strictObject({ id, prefix: prefix.default(""), segments: place.nullable().default(null) }),
  ],
  { error: 'must be an origin\'s id, or {id = "...", prefix = "/...", segments = "..."}' },
);

const httpOrigin = z.strictObject({
  id,
  kind: z.literal("http"),
  url: baseUrl.transform((url) => (url.endsWith("/") ? url : `${url}/`)),
  region: id.nullable().default(null),
});

const s3Origin = z.strictObject({
  id,
  kind: z.literal("s3"),
  endpoint: baseUrl.transform((url) => url.replace(/\/+$/, "")),
  bucket: z
    .string({ error: "must be a text" })
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a valid S3 bucket name"),
  region: z.string({ error: 'must be a text like "us-east-1"' }).min(1).default("auto"),
  prefix: z
    .string({ error: 'must be a text like "live/demo"' })
    .regex(/^([^/?#\s]+(\/[^/?#\s]+)*)?$/, 'must not begin or end with "/"')
    .default(""),
  addressing: z.enum(["path", "virtual"], { error: 'must be "path" or "virtual"' }).default("path"),
  credentials: z
    .string({ error: 'must be the name of a secret, like "CHUNKS"' })
    .regex(SECRET_NAME, "must be a secret's name in capitals (the secret is WEIR_S3_<name>)")
    .nullable()
    .default(null),
});

const ttl: z.ZodType<TtlPolicy> = z
  .unknown()
  .default("spec")
  .transform((value, context) => {
    const reading = parseTtlPolicy(value);
    if (reading.kind === "ok") return reading.policy;
    context.addIssue({ code: "custom", message: reading.message });
    return z.NEVER;
  });

const channelPolicy = z.strictObject({
  ttl,
  auth: z
    .literal("open", { error: 'must be "open": this version serves open channels only' })
    .default("open"),
  replicas: z
    .enum(["auto", "identical", "independent"], {
      error: 'must be "auto", "identical" or "independent"',
    })
    .default("auto"),
  beyond_prefix: z.boolean({ error: "must be true or false" }).default(false),
  unknown_hosts: z.enum(["keep", "drop"], { error: 'must be "keep" or "drop"' }).default("keep"),
  query: z
    .array(z.string().regex(QUERY_NAME, "must be a query parameter's name"), {
      error: "must be a list of query parameter names",
    })
    .default([]),
});

const channel = z.strictObject({
  id,
  mode: z.enum(["live", "vod"], { error: 'must be "live" or "vod"' }),
  playlist: z
    .string({ error: 'must be a path like "master.m3u8"' })
    .regex(/^[^/?#\s][^?#\s]*\.m3u8?$/, 'must be a relative path ending in ".m3u8"')
    .default("master.m3u8"),
  origins: z
    .array(channelOrigin, { error: 'must be a list of origins, like ["east", "west"]' })
    .min(1, "must name at least one origin"),
  policy: channelPolicy.prefault({ ttl: "spec" }),
});

const origin = z.discriminatedUnion("kind", [httpOrigin, s3Origin], {
  error: 'needs kind = "http" or kind = "s3"',
});

export const CATALOG_SCHEMA = z.strictObject({
  origins: z.array(origin, { error: "must be written as [[origins]]" }).default([]),
  channels: z.array(channel, { error: "must be written as [[channels]]" }).default([]),
  hosts: z
    .array(
      z.strictObject({
        alias: id,
        url: baseUrl.transform((url) => (url.endsWith("/") ? url : `${url}/`)),
      }),
      { error: "must be written as [[hosts]]" },
    )
    .default([]),
  probe: z
    .strictObject({
      interval_ms: z
        .int({ error: "must be a whole number of milliseconds" })
        .min(500, "must be at least 500: an origin is probed from every region")
        .max(60_000, "must be at most 60000")
        .default(2_000),
    })
    .default({ interval_ms: 2_000 }),
});

export type CatalogFile = z.output<typeof CATALOG_SCHEMA>;
