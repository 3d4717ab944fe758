// A counting door in front of a stack's embedded storage: notes who asked for what and passes it
// on, signed anew, because a signature names the host that it was made for.
//
// Gaps against a real S3 server: it does not check the signatures that reach it (the storage behind
// it checks its own), bodies are held whole, and only what the edge and the lister ask is
// understood.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClient } from "aws4fetch";
import { readSteadyMs, sleepMs } from "./live/clock.ts";

export interface StorageRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
}

export interface StorageKeys {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface CountedStorage {
  readonly url: string;
  readonly requests: readonly StorageRequest[];
  /** Opens the door: until then everybody waits. */
  readonly open: (storage: StorageKeys) => void;
  readonly put: (key: string, body: string | Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** `delayMs`: how long an object keeps everybody waiting, as a storage on a network does. */
export async function startCountedStorage(delayMs = 0): Promise<CountedStorage> {
  const requests: StorageRequest[] = [];
  const opened = Promise.withResolvers<{ client: AwsClient; storage: StorageKeys }>();
  const server = createServer((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const method = request.method ?? "GET";
    requests.push({ atMs: readSteadyMs(), method, path });
    void (async () => {
      const { client, storage } = await opened.promise;
      if (delayMs > 0 && query === "") await sleepMs(delayMs);
      const target = `${storage.endpoint}${path}${query === "" ? "" : `?${query}`}`;
      const answer = await fetch(await client.sign(target, { method }));
      const body = Buffer.from(await answer.arrayBuffer());
      const fields: Record<string, string> = {
        "content-length": answer.headers.get("content-length") ?? String(body.byteLength),
      };
      for (const name of ["content-type", "etag", "last-modified"]) {
        const value = answer.headers.get(name);
        if (value !== null) fields[name] = value;
      }
      response.writeHead(answer.status, fields);
      response.end(method === "HEAD" ? undefined : body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    open(storage) {
      const { accessKeyId, secretAccessKey } = storage;
      const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
      opened.resolve({ client, storage });
    },
    async put(key, body) {
      const { client, storage } = await opened.promise;
      const url = `${storage.endpoint}/${storage.bucket}/${key}`;
      const response = await client.fetch(url, { method: "PUT", body });
      if (!response.ok) throw new Error(`${key} was refused: ${response.status}`);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
