// `npm run storage -- --endpoint URL --bucket NAME [--region R] [--prefix P] [--keep-days N]
// [--reader ARN]... [--writer ARN]... [--no-tls] [--dry-run]`: sets up a bucket for chunks. The
// keys of somebody who may configure the bucket come from WEIR_STORAGE_ADMIN =
// accessKeyId:secretAccessKey; they are not the workers' keys and are kept nowhere. Without
// --dry-run the rules are written and read back; the exit code is 1 if any of them did not come
// back.

import { parseArgs } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import {
  type BucketWishes,
  KEEP_DAYS,
  toBucketPolicy,
  toCorsRules,
  toLifecycleRules,
} from "./bucket-rules.ts";
import { setUpBucket } from "./bucket-set-up.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    endpoint: text,
    bucket: text,
    region: { ...text, default: "us-east-1" },
    prefix: { ...text, default: "" },
    "keep-days": { ...text, default: String(KEEP_DAYS) },
    reader: { ...text, multiple: true, default: [] },
    writer: { ...text, multiple: true, default: [] },
    "no-tls": { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
  },
});

function stop(line: string): never {
  console.error(`weir storage: ${line}`);
  process.exit(1);
}

const bucket = values.bucket ?? stop("name the bucket: --bucket NAME.");
const keepDays = Number(values["keep-days"]);
if (!Number.isInteger(keepDays) || keepDays < 1) stop("--keep-days needs a whole number from 1.");
const wishes: BucketWishes = {
  bucket,
  prefix: values.prefix,
  keepDays,
  readers: values.reader,
  writers: values.writer,
  requireTls: !values["no-tls"],
};

if (values["dry-run"]) {
  const rules = {
    lifecycle: toLifecycleRules(wishes),
    cors: toCorsRules(),
    policy: toBucketPolicy(wishes),
  };
  console.log(JSON.stringify(rules, null, 2));
  process.exit(0);
}

const endpoint = values.endpoint ?? stop("say where the storage is: --endpoint URL.");
const [accessKeyId = "", secretAccessKey = ""] = (process.env["WEIR_STORAGE_ADMIN"] ?? "").split(
  ":",
);
if (accessKeyId === "" || secretAccessKey === "") {
  stop("set WEIR_STORAGE_ADMIN to accessKeyId:secretAccessKey of who may configure the bucket.");
}
const client = new S3Client({
  endpoint,
  region: values.region,
  forcePathStyle: true,
  credentials: { accessKeyId, secretAccessKey },
});
const results = await setUpBucket(client, wishes);
for (const { part, outcome, detail } of results) {
  console.log(`weir storage: ${part}: ${outcome}${detail === "" ? "" : `, ${detail}`}`);
}
const isDone = results.every(
  ({ outcome }) => outcome === "in-place" || outcome === "nothing-to-do",
);
process.exit(isDone ? 0 : 1);
