// Writes and reads whole small files in an S3 storage, signed with SigV4. For what control keeps
// outside Cloudflare; media has ways of its own. Every write carries the SHA-256 of its bytes, so
// that the storage refuses what was damaged on the way.

import { AwsClient } from "aws4fetch";
import { hashBytes } from "./encoding.ts";
import type { S3Credentials } from "./secrets.ts";

export interface FileStorePlace {
  /** Absolute, without trailing "/"; path-style. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
}

export interface FileStore {
  /** Null: it is there; else why not, in words for the operator. */
  put(key: string, bytes: Uint8Array, type: string): Promise<string | null>;
  get(key: string, bytesMax: number): Promise<FileReading>;
}

export type FileReading =
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly detail: string };

const CALL_MS_MAX = 30_000;

/** A store on one bucket. */
export function makeFileStore(place: FileStorePlace, credentials: S3Credentials): FileStore {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
    service: "s3",
    region: place.region,
    retries: 2,
  });
  const send = async (key: string, init: RequestInit): Promise<Response | string> => {
    const path = key.split("/").map(encodeURIComponent).join("/");
    const url = `${place.endpoint}/${place.bucket}/${path}`;
    try {
      const request = { ...init, signal: AbortSignal.timeout(CALL_MS_MAX) };
      return await client.fetch(url, request as never);
    } catch (error) {
      return `${place.bucket} does not answer: ${error instanceof Error ? error.name : "unknown"}`;
    }
  };
  return {
    async put(key, bytes, type) {
      const headers = { "content-type": type, "x-amz-content-sha256": hashBytes(bytes) };
      const response = await send(key, { method: "PUT", body: bytes, headers });
      if (typeof response === "string") return response;
      await response.body?.cancel();
      return response.ok ? null : `${place.bucket} answers ${response.status} for ${key}`;
    },
    async get(key, bytesMax) {
      const response = await send(key, { method: "GET", headers: { "cache-control": "no-store" } });
      if (typeof response === "string") return { kind: "failed", detail: response };
      if (!response.ok) {
        await response.body?.cancel();
        if (response.status === 404) return { kind: "absent" };
        return { kind: "failed", detail: `${place.bucket} answers ${response.status} for ${key}` };
      }
      if (Number(response.headers.get("content-length") ?? 0) > bytesMax) {
        await response.body?.cancel();
        return { kind: "failed", detail: `${key} has more than ${bytesMax} bytes` };
      }
      try {
        return { kind: "file", bytes: new Uint8Array(await response.arrayBuffer()) };
      } catch {
        return { kind: "failed", detail: `${key} broke off` };
      }
    },
  };
}
