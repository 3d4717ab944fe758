// The shape of the catalog file (design: "Catalog"), as one schema: it validates, fills in the
// defaults and words the complaints. What needs more than one field at a time (duplicate ids,
// unknown origins, ...) is in read-catalog.ts.
//
// zod and smol-toml are the only packages that core may import, and only in this room: both are
// pure and synchronous, and only control and the command line ever load them.

import * as z from "zod";
import { AUTH_POLICIES } from "../auth.ts";
import { parseTtlPolicy, type TtlPolicy } from "../ttl/policy.ts";
import { CONTACT_ROLES } from "./catalog.ts";
import { HOT_SCHEMA } from "./hot-schema.ts";
import { ISSUERS } from "./issuer-schema.ts";
import { findPathFault, findUrlFault } from "./place-faults.ts";
import { PRICE_SCHEMA } from "./price-schema.ts";

/** Ids of channels, origins and hosts. */
export const ID_FORM = /^[a-z0-9][a-z0-9-]{0,62}$/;
const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,62}$/;
const QUERY_NAME = /^[A-Za-z0-9._-]{1,64}$/;
/** Parameters that the edge itself acts on; listing them would send them to the origin. */
const OWN_QUERY_NAME = /^(_HLS_|CMCD$|CMSD$)/;

/** A text with one complaint for every way to get it wrong. */
function text(complaint: string, form: RegExp) {
  return z.string({ error: complaint }).regex(form, complaint);
}

/** A text whose faults need words of their own. */
function checked(complaint: string, findFault: (value: string) => string | null) {
  return z.string({ error: complaint }).superRefine((value, context) => {
    const message = findFault(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

const ID_COMPLAINT =
  "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit";
const id = text(ID_COMPLAINT, ID_FORM);

/** An absolute http(s) URL without user name, password, query or fragment. */
const baseUrl = checked('must be a text like "https://origin.example/live"', findUrlFault);

const prefix = checked('must be a text like "/ch7"', (value) => {
  if (value === "") return null;
  return value.startsWith("/")
    ? findPathFault(value.slice(1))
    : 'must be empty or begin with "/", like "/ch7"';
});

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

const amount = z.number({ error: "must be a number above 0" }).gt(0, "must be above 0");

const capacity = z
  .strictObject(
    {
      cpu: amount.exactOptional(),
      memory_gb: amount.exactOptional(),
      mbps: amount.exactOptional(),
    },
    { error: "must be a table like {cpu = 8, memory_gb = 16, mbps = 1000}" },
  )
  .transform(({ memory_gb: memoryGb, ...rest }) => ({
    ...rest,
    ...(memoryGb === undefined ? {} : { memoryGb }),
  }))
  .exactOptional();

const httpOrigin = z.strictObject({
  id,
  kind: z.literal("http"),
  url: baseUrl.transform((url) => (url.endsWith("/") ? url : `${url}/`)),
  region: id.nullable().default(null),
  credentials: text(
    'must be the name of a secret in capitals, like "CDN" for the secret WEIR_HTTP_CDN',
    SECRET_NAME,
  ).exactOptional(),
  capacity,
});

const s3Origin = z.strictObject({
  id,
  kind: z.literal("s3"),
  endpoint: baseUrl.transform((url) => url.replace(/\/+$/, "")),
  bucket: text(
    "must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  ),
  region: text('must be a signing region like "us-east-1"', /^[a-z0-9-]{1,40}$/).default("auto"),
  prefix: checked('must be a text like "live/demo"', (value) =>
    value === "" ? null : findPathFault(value),
  ).default(""),
  addressing: z.enum(["path", "virtual"], { error: 'must be "path" or "virtual"' }).default("path"),
  credentials: text(
    'must be the name of a secret in capitals, like "CHUNKS" for the secret WEIR_S3_CHUNKS',
    SECRET_NAME,
  )
    .nullable()
    .default(null),
  capacity,
});

const ttl: z.ZodType<TtlPolicy> = z
  .unknown()
  .default("spec")
  .transform((value, context) => {
    // A date is an object without keys, which would pass for an empty table.
    const reading = parseTtlPolicy(value instanceof Date ? value.toISOString() : value);
    if (reading.kind === "ok") return reading.policy;
    // The place in front of the message says "ttl" already.
    context.addIssue({ code: "custom", message: reading.message.replace(/^ttl /, "") });
    return z.NEVER;
  });

const queryName = text(
  "must be a query parameter's name: letters, digits, dots, hyphens and underscores",
  QUERY_NAME,
).refine((name) => !OWN_QUERY_NAME.test(name), {
  error: "is handled by the edge itself and cannot be listed; leave it out",
});

const country = text(
  'must be a country in two capitals, like "DE", or one of its regions, like "US-NY"',
  /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/,
);

const channelPolicy = z.strictObject(
  {
    ttl,
    auth: z
      .enum(AUTH_POLICIES, { error: 'must be "open", "token" or "token+geo"' })
      .default("open"),
    issuers: z.array(id, { error: 'must be a list of issuers\' ids, like ["shop"]' }).default([]),
    countries: z
      .array(country, { error: 'must be a list of countries, like ["DE", "AT"]' })
      .default([]),
    replicas: z
      .enum(["auto", "identical", "independent"], {
        error: 'must be "auto", "identical" or "independent"',
      })
      .default("auto"),
    blocking: z
      .enum(["auto", "on", "off"], { error: 'must be "auto", "on" or "off"' })
      .default("auto"),
    beyond_prefix: z.boolean({ error: "must be true or false" }).default(false),
    hot_tier: z.boolean({ error: "must be true or false" }).default(false),
    steering: z.boolean({ error: "must be true or false" }).default(false),
    unknown_hosts: z.enum(["keep", "drop"], { error: 'must be "keep" or "drop"' }).default("keep"),
    query: z
      .array(queryName, { error: 'must be a list of query parameter names, like ["lang"]' })
      .default([]),
    strip: z
      .array(queryName, { error: 'must be a list of query parameter names, like ["sid"]' })
      .default([]),
  },
  { error: "must be written as [channels.policy]" },
);

const channel = z.strictObject(
  {
    id,
    mode: z.enum(["live", "vod"], { error: 'must be "live" or "vod"' }),
    playlist: checked('must be a path like "master.m3u8"', (value) =>
      /\.m3u8?$/.test(value)
        ? findPathFault(value)
        : 'must be a path that ends in ".m3u8", like "master.m3u8"',
    ).default("master.m3u8"),
    origins: z
      .array(channelOrigin, { error: 'must be a list of origins, like ["east", "west"]' })
      .min(1, "must name at least one origin"),
    policy: channelPolicy.prefault({ ttl: "spec" }),
  },
  { error: "must be a table, written as [[channels]]" },
);

const origin = z.discriminatedUnion("kind", [httpOrigin, s3Origin], {
  error: (issue) =>
    typeof issue.input === "object" && issue.input !== null
      ? 'must be "http" or "s3"'
      : "must be a table, written as [[origins]]",
});

/** Another host that playlists may name (`alias`), or one that viewers may use (`pathway`). */
const host = z
  .strictObject(
    {
      alias: id.exactOptional(),
      pathway: text(
        "must be 1 to 63 letters, digits, dots, hyphens and underscores",
        /^[A-Za-z0-9._-]{1,63}$/,
      )
        .refine((name) => name !== "entry" && name !== ".", {
          error: "is what players call the host by which they came; choose another",
        })
        .exactOptional(),
      url: baseUrl.transform((url) => (url.endsWith("/") ? url : `${url}/`)),
      weight: z
        .number({ error: "must be a number from 0 to 1000, like 1" })
        .min(0, "must be a number from 0 to 1000, like 1")
        .max(1_000, "must be a number from 0 to 1000, like 1")
        .exactOptional(),
    },
    { error: "must be a table, written as [[hosts]]" },
  )
  .superRefine(({ alias, pathway, weight }, context) => {
    const complain = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (alias === undefined && pathway === undefined) complain("alias", ID_COMPLAINT);
    if (alias !== undefined && pathway !== undefined) {
      complain("pathway", "cannot stand beside alias; write a second [[hosts]]");
    }
    if (weight !== undefined && pathway === undefined) complain("weight", "belongs to a pathway");
  });

const contactBase = {
  id,
  role: z.enum(CONTACT_ROLES, {
    error: 'must be "on-call", "lead", "manager" or "director"',
  }),
  credentials: text(
    'must be the name of a secret in capitals, like "OPS" for the secret WEIR_CONTACT_OPS',
    SECRET_NAME,
  ),
};

const contact = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({ ...contactBase, kind: z.literal("webhook"), url: baseUrl }),
    z.strictObject({ ...contactBase, kind: z.literal("chat") }),
  ],
  {
    error: (issue) =>
      typeof issue.input === "object" && issue.input !== null
        ? 'must be "webhook" or "chat"'
        : "must be a table, written as [[contacts]]",
  },
);

export const CATALOG_SCHEMA = z.strictObject({
  origins: z.array(origin, { error: "must be written as [[origins]]" }).default([]),
  channels: z.array(channel, { error: "must be written as [[channels]]" }).default([]),
  hosts: z.array(host, { error: "must be written as [[hosts]]" }).default([]),
  contacts: z.array(contact, { error: "must be written as [[contacts]]" }).default([]),
  issuers: ISSUERS,
  probe: z
    .strictObject(
      {
        interval_ms: z
          .int({ error: "must be a whole number of milliseconds, like 2000" })
          .min(500, "must be at least 500 ms, or the probes themselves become a load")
          .max(60_000, "must be at most 60000 ms, or a failure would go unseen for too long")
          .default(2_000),
      },
      { error: "must be written as [probe]" },
    )
    .default({ interval_ms: 2_000 }),
  prices: PRICE_SCHEMA.exactOptional(),
  hot: HOT_SCHEMA.exactOptional(),
});

export type CatalogFile = z.output<typeof CATALOG_SCHEMA>;
