// Why an origin keeps a request waiting: what is asked for will be published soon.
//
// The content decides (low-latency/reload.ts), the server waits (origin-server.ts). Ordinary
// origins hold nothing.

export type Hold =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly status: 400 | 404; readonly why: string }
  | {
      readonly kind: "wait";
      /** The moment of publication in ms since 1970; past if the origin is behind. */
      readonly untilMs: number;
      /** The answer when it does not come in time. */
      readonly lateStatus: 404 | 503;
    };
