// Reads what an S3 storage holds, through the vendor's own client. For planners, which need sizes
// and validators of many objects; never for the edge, whose bundle is a budget (the client is 85 KB
// gzipped) and which only ever reads single objects.

import {
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { S3Origin } from "../core/config/catalog.ts";
import type { S3Credentials } from "./secrets.ts";

export interface StoredObject {
  readonly lengthBytes: number;
  /** Without its quotes; null if the storage gave none. */
  readonly etag: string | null;
  /** Unix milliseconds; null if the storage did not say. */
  readonly modifiedAtMs: number | null;
}

export interface ObjectStore {
  /** Objects whose keys begin with `prefix`, by key; at most `countMax` of them. */
  list(prefix: string, countMax: number): Promise<ReadonlyMap<string, StoredObject>>;
  /** Every key that begins with `prefix`, page by page, to the end of the listing. */
  eachKey(prefix: string, take: (key: string) => void): Promise<void>;
  /** One object, or null if there is none. */
  head(key: string): Promise<StoredObject | null>;
}

const PAGE_KEYS = 1_000;

/** A store on an S3 origin's bucket. Rejects with the service's own error when refused. */
export function makeObjectStore(origin: S3Origin, credentials: S3Credentials): ObjectStore {
  const client = new S3Client({
    region: origin.region,
    endpoint: origin.endpoint,
    forcePathStyle: origin.addressing === "path",
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === null ? {} : { sessionToken: credentials.sessionToken }),
    },
    maxAttempts: 3,
  });
  const Bucket = origin.bucket;
  return {
    async list(prefix, countMax) {
      const objects = new Map<string, StoredObject>();
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            MaxKeys: Math.min(PAGE_KEYS, countMax),
            ContinuationToken: token,
          }),
        );
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          if (Key !== undefined) objects.set(Key, toStoredObject(Size, ETag, LastModified));
        }
        token = page.NextContinuationToken;
      } while (token !== undefined && objects.size < countMax);
      return objects;
    },
    async eachKey(prefix, take) {
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token }),
        );
        for (const { Key } of page.Contents ?? []) {
          if (Key !== undefined) take(Key);
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async head(key) {
      try {
        const { ContentLength, ETag, LastModified } = await client.send(
          new HeadObjectCommand({ Bucket, Key: key }),
        );
        return toStoredObject(ContentLength, ETag, LastModified);
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)
          return null;
        throw error;
      }
    },
  };
}

function toStoredObject(
  size: number | undefined,
  etag: string | undefined,
  modified: Date | undefined,
): StoredObject {
  return {
    lengthBytes: size ?? 0,
    etag: etag?.replaceAll('"', "") ?? null,
    modifiedAtMs: modified?.getTime() ?? null,
  };
}
