// Puts a bucket's rules in place and reads them back: what a storage does not understand it may
// take in silence, so only what comes back counts. Each of the three parts says for itself how it
// went; one that a storage does not have (R2 has no bucket policies) does not keep the others away.
// Safe to run again: the same rules are written over themselves.

import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  type BucketWishes,
  toBucketPolicy,
  toCorsRules,
  toLifecycleRules,
} from "./bucket-rules.ts";

export const BUCKET_PARTS = ["lifecycle", "cors", "policy"] as const;
export type BucketPart = (typeof BUCKET_PARTS)[number];

export interface PartResult {
  readonly part: BucketPart;
  readonly outcome: "in-place" | "nothing-to-do" | "refused" | "different";
  /** What the storage said, or what came back otherwise. */
  readonly detail: string;
}

/** Sets up all three parts, one after the other. */
export async function setUpBucket(
  client: S3Client,
  wishes: BucketWishes,
): Promise<readonly PartResult[]> {
  const results: PartResult[] = [];
  for (const part of BUCKET_PARTS) results.push(await tryPart(part, client, wishes));
  return results;
}

async function tryPart(
  part: BucketPart,
  client: S3Client,
  wishes: BucketWishes,
): Promise<PartResult> {
  try {
    const fault = await PARTS[part](client, wishes);
    if (fault === null) return { part, outcome: "nothing-to-do", detail: "" };
    return fault === ""
      ? { part, outcome: "in-place", detail: "" }
      : { part, outcome: "different", detail: fault };
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    const detail = `${error.name} (${error.$metadata.httpStatusCode ?? "no status"})`;
    return { part, outcome: "refused", detail };
  }
}

/** Null: nothing was wished for. A text: what came back otherwise; empty: all as it should be. */
type SetUp = (client: S3Client, wishes: BucketWishes) => Promise<string | null>;

const PARTS: Record<BucketPart, SetUp> = {
  async lifecycle(client, wishes) {
    const Bucket = wishes.bucket;
    const Rules = toLifecycleRules(wishes);
    const LifecycleConfiguration = { Rules };
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }),
    );
    const kept = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    const media = kept.Rules?.find(({ ID }) => ID === "weir-media");
    const unfinished = kept.Rules?.find(({ ID }) => ID === "weir-unfinished");
    if (media?.Status !== "Enabled" || media.Expiration?.Days !== wishes.keepDays) {
      return `media are not forgotten after ${wishes.keepDays} days`;
    }
    const days = unfinished?.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    return days === undefined ? "unfinished uploads are kept" : "";
  },
  async cors(client, wishes) {
    const Bucket = wishes.bucket;
    const CORSRules = toCorsRules();
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const kept = (await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules ?? [];
    const methods = kept.flatMap(({ AllowedMethods }) => AllowedMethods ?? []);
    const isReadOnly = methods.every((method) => method === "GET" || method === "HEAD");
    if (!isReadOnly) return "pages may do more than read";
    return methods.includes("GET") ? "" : "pages may not read";
  },
  async policy(client, wishes) {
    const policy = toBucketPolicy(wishes);
    if (policy === null) return null;
    const Bucket = wishes.bucket;
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    const kept = await client.send(new GetBucketPolicyCommand({ Bucket }));
    const wanted = toSids(policy);
    const missing = wanted.filter((sid) => !toSids(JSON.parse(kept.Policy ?? "{}")).includes(sid));
    return missing.length === 0 ? "" : `statements are missing: ${missing.join(", ")}`;
  },
};

function toSids(policy: unknown): readonly string[] {
  const statements: unknown = Reflect.get(Object(policy), "Statement");
  if (!Array.isArray(statements)) return [];
  return statements.map((statement) => String(Reflect.get(Object(statement), "Sid")));
}
