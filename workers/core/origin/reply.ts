// Decides what an origin's status line means: a body, "unchanged", "there is no such thing", or a
// failure that another origin may mend. Bodies are judged later, by those who read them.

import { type OriginFailure, toOriginFailure } from "../health/failure.ts";
import type { OriginReply } from "./port.ts";

export type ReplyVerdict =
  | { readonly kind: "body" }
  | { readonly kind: "unchanged" }
  | OriginFailure;

/** Judges by status only (RFC 9110 section 15). A 206 is a body for whoever asked for a range. */
export function decideReply(reply: OriginReply<unknown>, isRange = false): ReplyVerdict {
  const { status, originId } = reply;
  if (status === 200 || (isRange && status === 206)) return { kind: "body" };
  if (status === 304) return { kind: "unchanged" };
  const detail = `${originId} answered ${status}`;
  if (status === 404 || status === 410) return toOriginFailure(originId, "absent", detail);
  // Followed blindly, a redirect could lead to hosts that the catalog does not name.
  if (status >= 300 && status < 400) return toOriginFailure(originId, "redirect", detail);
  if (status >= 400 && status < 500) return toOriginFailure(originId, "status-4xx", detail);
  if (status >= 500) return toOriginFailure(originId, "status-5xx", detail);
  return toOriginFailure(originId, "status-5xx", `${detail}, which no GET expects`);
}
