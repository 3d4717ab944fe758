// Marks of announced queries: HMAC with SHA-256, cut to 128 bits. Node's form of it, because the
// rewriter is synchronous and the Web's is not.

import { createHmac } from "node:crypto";
import type { QueryMarks } from "../core/resolve/query-mark.ts";

const MARK_CHARS = 22;

/** Marks under a secret of the policy. */
export function makeQueryMarks(secret: string): QueryMarks {
  return {
    print(channelId, path, query) {
      const hash = createHmac("sha256", secret).update(`${channelId}\n${path}\n${query}`);
      return hash.digest("base64url").slice(0, MARK_CHARS);
    },
  };
}
