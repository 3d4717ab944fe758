// What a bucket for chunks should allow and forget, in plain values: for apply.ts, which sends
// them, and for whoever wants to read them. Lifecycle: media of live channels go after thirty days,
// and uploads that nobody finished after one. CORS: players may read from any page, where they are
// sent to the bucket directly; nobody may write from a page. Policy: one who reads (the edge,
// preload, control's probes), one who writes (packagers), and nothing without TLS. Nobody may
// delete: that is the lifecycle's work. It does NOT create buckets or users.

export interface BucketWishes {
  readonly bucket: string;
  /** Only keys below it are forgotten; "" means the whole bucket. */
  readonly prefix: string;
  readonly keepDays: number;
  /** ARNs; empty: the statement is left out. */
  readonly readers: readonly string[];
  readonly writers: readonly string[];
  /** Storage on a machine of one's own has no TLS. */
  readonly requireTls: boolean;
}

export const KEEP_DAYS = 30;
export const UNFINISHED_DAYS = 1;
const DAY_SECONDS = 86_400;

/** Rules in the form of PutBucketLifecycleConfiguration. */
export function toLifecycleRules({ prefix, keepDays }: BucketWishes) {
  return [
    {
      ID: "weir-media",
      Status: "Enabled" as const,
      Filter: { Prefix: prefix },
      Expiration: { Days: keepDays },
    },
    {
      ID: "weir-unfinished",
      Status: "Enabled" as const,
      Filter: { Prefix: prefix },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: UNFINISHED_DAYS },
    },
  ];
}

/** Rules in the form of PutBucketCors. */
export function toCorsRules() {
  return [
    {
      AllowedMethods: ["GET", "HEAD"],
      AllowedOrigins: ["*"],
      AllowedHeaders: ["range", "if-none-match", "if-modified-since", "if-range"],
      ExposeHeaders: ["ETag", "Content-Length", "Content-Range", "Accept-Ranges", "Date"],
      MaxAgeSeconds: DAY_SECONDS,
    },
  ];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: { readonly AWS: string | readonly string[] };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

/** The document of PutBucketPolicy; null if nobody is named and TLS is not asked for. */
export function toBucketPolicy(wishes: BucketWishes): object | null {
  const { bucket, readers, writers, requireTls } = wishes;
  const whole = `arn:aws:s3:::${bucket}`;
  const objects = `${whole}/*`;
  const statements: Statement[] = [];
  const allow = (Sid: string, who: readonly string[], Action: string[], Resource: string[]) => {
    if (who.length === 0) return;
    statements.push({ Sid, Effect: "Allow", Principal: { AWS: [...who] }, Action, Resource });
  };
  allow("WeirReadsObjects", readers, ["s3:GetObject"], [objects]);
  allow("WeirListsNames", readers, ["s3:ListBucket"], [whole]);
  const writing = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  allow("PackagersWrite", writers, writing, [objects]);
  if (requireTls) {
    statements.push({
      Sid: "NothingWithoutTls",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: ["s3:*"],
      Resource: [whole, objects],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  }
  return statements.length === 0 ? null : { Version: "2012-10-17", Statement: statements };
}
