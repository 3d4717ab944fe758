// Compares the bytes of two files at two origins, for the ledger's proofs. Both are read whole and
// hashed as they pass; validators are not believed, because two packagers may well give one tag to
// two files. Anything that is not two whole bodies is no evidence at all.

import type { ProofTarget, ProofTask, ProofVerdict } from "../core/contract/live.ts";
import type { OriginPort } from "../core/origin/port.ts";
import type { OriginBody } from "./origin-fetch.ts";
import { sliceStream } from "./slice.ts";

/** A segment of 20 s at 50 Mbit/s; more is not read for a proof. */
const FILE_BYTES_MAX = 128 * 1024 * 1024;
const HEADER_MS_MAX = 4_000;

/** Equal only if both were read to the end and have the same SHA-256. */
export async function compareFiles(
  task: ProofTask,
  origins: OriginPort<OriginBody>,
): Promise<ProofVerdict> {
  const [left, right] = await Promise.all(task.sides.map((side) => digest(side, origins)));
  if (left == null || right == null) return "unavailable";
  return left === right ? "equal" : "different";
}

async function digest(side: ProofTarget, origins: OriginPort<OriginBody>): Promise<string | null> {
  const { origin, url, range } = side;
  try {
    const reply = await origins.send({
      origin,
      url,
      method: "GET",
      ifNoneMatch: null,
      headerTimeoutMs: HEADER_MS_MAX,
    });
    if (reply.kind === "origin-failure") return null;
    const length = Number(reply.header("content-length") ?? 0);
    if (reply.status !== 200 || reply.body === null || length > FILE_BYTES_MAX) {
      await reply.body?.cancel();
      return null;
    }
    const body = range === null ? reply.body : sliceStream(reply.body, range.first, range.last);
    const hash = new crypto.DigestStream("SHA-256");
    await body.pipeTo(hash);
    const bytes = new Uint8Array(await hash.digest);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return null;
  }
}
