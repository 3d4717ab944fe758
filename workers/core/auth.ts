// Decides whether a viewer may have anything of a channel, before anything is looked up for them:
// a refused viewer learns nothing and costs nothing. Only this file can make a Grant, and resolve
// takes nothing else, so no path to a body leads around it.
//
// The policy `open` grants everybody. A token in the path is then carried and ignored, so that a
// channel can be opened during an incident without changing its viewers' URLs. The others ask for
// an Access, which only core/token makes, of a token whose signature the platform has checked.

import type { Access } from "./token/decide-access.ts";
import type { TokenRefusal } from "./token/refusal.ts";

declare const granted: unique symbol;

/** `token+geo` is `token` in the channel's countries only. */
export const AUTH_POLICIES = ["open", "token", "token+geo"] as const;
export type AuthPolicy = (typeof AUTH_POLICIES)[number];

export interface Grant {
  readonly [granted]: true;
  readonly kind: "grant";
  readonly channel: string;
  /** Of a token, so that the answer is for this viewer only. */
  readonly isPersonal: boolean;
  /** Good for a session that is running, and not to begin one. */
  readonly isLate: boolean;
}

/** Grants by policy. Adding a policy to the union without a case here does not compile. */
export function decideGrant(
  policy: AuthPolicy,
  channel: string,
  access: Access | TokenRefusal | null,
): Grant | TokenRefusal {
  switch (policy) {
    case "open":
      return { kind: "grant", channel, isPersonal: false, isLate: false } as Grant;
    case "token":
    case "token+geo":
      if (access === null) return { kind: "refused", why: "missing", what: "" };
      if (access.kind === "refused") return access;
      return { kind: "grant", channel, isPersonal: true, isLate: access.isLate } as Grant;
  }
}

/**
 * For work of our own that no viewer asked for (warming, prefetching, what stands behind Workers
 * Cache): it was decided in front, or its bytes go to nobody.
 */
export function toOwnGrant(channel: string): Grant {
  return { kind: "grant", channel, isPersonal: false, isLate: false } as Grant;
}
