// Decides whether a viewer may have anything of a channel, before anything is looked up for them:
// a refused viewer learns nothing and costs nothing. Only this file can make a Grant, and resolve
// takes nothing else, so no path to a body leads around it.
//
// The policy `open` grants everybody. A token in the path is then carried and ignored, so that a
// channel can be opened during an incident without changing its viewers' URLs.
// Token policies (RFC 9246, CTA-5007) join here as further cases of `AuthPolicy`.

declare const granted: unique symbol;

export type AuthPolicy = "open";

export interface Grant {
  readonly [granted]: true;
  readonly channel: string;
}

export interface AuthRequest {
  readonly channel: string;
  /** The token of the path (`/~{token}/...`), or null. */
  readonly token: string | null;
}

/** Grants by policy. Adding a policy to the union without a case here does not compile. */
export function decideGrant(policy: AuthPolicy, request: AuthRequest): Grant {
  switch (policy) {
    case "open":
      return { channel: request.channel } as Grant;
  }
}
