// Real S3 chunk storage for tests: the endpoint that the local stack embeds, with real SigV4.
//
// Gaps against a real service: no CreateBucket, lifecycle or tagging; any region is accepted; a
// missing signature is answered 400 where others say 403. Content-MD5 is verified.

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { type ChunkStorage, makeChunkStore } from "../../infra/local/demo/chunk-store.ts";

export interface TestStorage {
  readonly storage: ChunkStorage;
  readonly dispose: () => Promise<void>;
}

export async function startChunkStorage(): Promise<TestStorage> {
  const credentials = { accessKeyId: "weirtestkey", secretAccessKey: "weir-test-secret" };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {fetch(){return new Response('ok')}}",
      r2Buckets: { CHUNKS: { id: "chunks", s3Credentials: credentials } },
      port: 0,
      host: "127.0.0.1",
    }),
  );
  const { port } = await miniflare.ready;
  const endpoint = `http://127.0.0.1:${port}/cdn-cgi/local/r2/s3`;
  return {
    storage: { endpoint, bucket: "chunks", ...credentials },
    dispose: () => miniflare.dispose(),
  };
}

/** Reads one object back through its own signed request; undefined when there is none. */
export async function readObject(storage: ChunkStorage, key: string) {
  const { AwsClient } = await import("aws4fetch");
  const { accessKeyId, secretAccessKey } = storage;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const response = await client.fetch(`${storage.endpoint}/${storage.bucket}/${key}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  return response.status === 200 ? { bytes, headers: response.headers } : undefined;
}

export async function listKeys(storage: ChunkStorage, prefix: string): Promise<string[]> {
  const result = await makeChunkStore(storage, new AbortController().signal).list(prefix);
  if (result.kind === "failed") throw new Error(result.why);
  return [...result.value].sort();
}
