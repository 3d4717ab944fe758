// The S3 servers that storage is tested against, as a test sees them: where they are, who may read,
// and how objects get there. Each is a real server that checks signatures.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { claimPort } from "../../../infra/local/ports.ts";
import { BUCKET, startRuntime } from "../../../infra/local/runtime.ts";
import { READER_ROLE, startRadosGateway, VIRTUAL_BUCKET } from "./rados-gateway.ts";

export interface S3Server {
  readonly title: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The same bucket by virtual host; null where the server knows paths only. */
  readonly virtualEndpoint: string | null;
  /** Credentials with a session token; null where the server gives none. */
  readonly session: string | null;
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  /** In two parts, so that the entity tag is no MD5. */
  readonly putInParts: (key: string, bytes: Uint8Array, firstBytes: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const REGION = "us-east-1";

/** Miniflare's S3 endpoint in a workerd of its own: what the local stack embeds. */
export async function startEmbedded(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "weir-s3-"));
  const port = (await claimPort(0)) ?? 0;
  const keys = { accessKeyId: "EMBEDDEDKEY", secretAccessKey: "embedded-secret-of-this-test" };
  const runtime = await startRuntime([], keys, port, join(folder, "data"), folder);
  const endpoint = `http://127.0.0.1:${port}/cdn-cgi/local/r2/s3`;
  return {
    ...toServer("the embedded server", endpoint, BUCKET, keys),
    virtualEndpoint: null,
    session: null,
    async stop() {
      await runtime.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ceph's. */
export async function startGateway(): Promise<S3Server> {
  const gateway = await startRadosGateway();
  const { endpoint, virtualEndpoint, stop, ...keys } = gateway;
  const made = await toClient(keys).fetch(`${endpoint}/${VIRTUAL_BUCKET}`, { method: "PUT" });
  if (!made.ok) throw new Error(`The bucket was refused: ${await made.text()}`);
  return {
    ...toServer("the RADOS gateway", endpoint, VIRTUAL_BUCKET, keys),
    virtualEndpoint,
    session: await takeSession(endpoint, keys),
    stop,
  };
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function toClient(keys: Keys, service = "s3"): AwsClient {
  return new AwsClient({ ...keys, service, region: REGION, retries: 0 });
}

function toServer(title: string, endpoint: string, bucket: string, keys: Keys) {
  const client = toClient(keys);
  const urlOf = (key: string) => {
    const path = key
      .split("/")
      .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, escapeMark));
    return `${endpoint}/${bucket}/${path.join("/")}`;
  };
  const send = async (url: string, method: string, body: Uint8Array<ArrayBuffer> | string) => {
    const response = await client.fetch(url, { method, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return { text, etag: response.headers.get("etag") ?? "" };
  };
  return {
    title,
    endpoint,
    bucket,
    ...keys,
    async put(key: string, bytes: Uint8Array) {
      await send(urlOf(key), "PUT", Uint8Array.from(bytes));
    },
    async putInParts(key: string, bytes: Uint8Array, firstBytes: number) {
      const { text } = await send(`${urlOf(key)}?uploads=`, "POST", "");
      const id = encodeURIComponent(/<UploadId>([^<]+)</.exec(text)?.[1] ?? "");
      const parts = [bytes.slice(0, firstBytes), bytes.slice(firstBytes)];
      const tags: string[] = [];
      for (const [at, part] of parts.entries()) {
        const url = `${urlOf(key)}?partNumber=${at + 1}&uploadId=${id}`;
        tags.push((await send(url, "PUT", Uint8Array.from(part))).etag);
      }
      const list = tags.map(
        (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
      );
      const order = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
      await send(`${urlOf(key)}?uploadId=${id}`, "POST", order);
    },
  };
}

function escapeMark(mark: string): string {
  return `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The text of a secret with a session token, for a quarter of an hour. */
async function takeSession(endpoint: string, keys: Keys): Promise<string> {
  const response = await toClient(keys, "sts").fetch(`${endpoint}/`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: READER_ROLE,
      RoleSessionName: "weir",
      DurationSeconds: "900",
    }).toString(),
  });
  const text = await response.text();
  const read = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? "";
  if (!response.ok) throw new Error(`No session: ${response.status} ${text}`);
  return [read("AccessKeyId"), read("SecretAccessKey"), read("SessionToken")].join(":");
}
