// Decides what a method may do on the delivery paths: read, read without a body, or ask for CORS
// permission (spec section 1, F17). Everything else is refused with 405 and an Allow header.
// It does NOT know the control API, whose router has its own methods.

/** The value of the Allow header (RFC 9110 section 10.2.1). */
export const METHODS_ALLOWED = "GET, HEAD, OPTIONS";

/** What the edge does with a method. */
export type MethodVerdict =
  | { readonly kind: "read"; readonly withBody: boolean }
  | { readonly kind: "preflight" }
  | { readonly kind: "refused" };

/** Decides by exact name: `get` is not `GET` (RFC 9110 section 9.1). */
export function decideMethod(method: string): MethodVerdict {
  switch (method) {
    case "GET":
      return { kind: "read", withBody: true };
    case "HEAD":
      return { kind: "read", withBody: false };
    case "OPTIONS":
      return { kind: "preflight" };
    default:
      return { kind: "refused" };
  }
}
