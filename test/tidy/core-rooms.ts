// The written order of the rooms in workers/core: who may import whom. A change here is a change
// of the architecture and belongs into the same commit as its reason. imports.test.ts holds it.
//
//   http, token                                           know nobody
//   auth                       -> token                   what a token opens, and who is let in
//   hls, route, ttl            -> http                    texts, URLs and lifetimes on their own
//   delivery                                              who waits for a playlist, and how long
//   config                     -> auth, http, route, ttl  the catalog speaks of aliases and TTLs
//   health                     -> config, contract        who is fit, and what follows from it
//   steer                      -> health                  which host a session should use
//   alert                      -> health                  what people are told, and told again
//   resolve -> cache, origin                              what is meant, under which key, from whom
//   transform, warm            -> hls                     what playlists become and lead to
//   warm                       -> contract                writes messages, so it needs their words
//   continuity                 -> hls, transform          what viewers get over time, from whom
//   respond                    -> http                    what goes out
//   api                                                   who may ask control, how often, for what
//   telemetry                  -> contract                what is counted, and how it adds up
//   contract                                              messages; takes the others' types only

export interface RoomRule {
  /** Rooms whose code it may run. Without cycles. */
  readonly uses: readonly string[];
  /** Rooms of which it may only know the types. */
  readonly types: readonly string[];
  /** Packages; everything else is refused. */
  readonly packages?: readonly string[];
}

export const CORE_ROOMS: Readonly<Record<string, RoomRule>> = {
  api: { uses: [], types: [] },
  auth: { uses: [], types: ["token"] },
  delivery: { uses: [], types: [] },
  http: { uses: [], types: [] },
  hls: { uses: ["http"], types: [] },
  route: { uses: ["http"], types: [] },
  token: { uses: [], types: [] },
  ttl: { uses: ["http"], types: [] },
  config: {
    uses: ["auth", "http", "route", "ttl"],
    types: ["delivery", "token"],
    packages: ["zod", "smol-toml"],
  },
  contract: { uses: [], types: ["config", "delivery"] },
  health: { uses: ["contract"], types: ["config"] },
  steer: { uses: ["health"], types: ["config", "contract"] },
  alert: { uses: ["health"], types: [] },
  resolve: { uses: ["http", "route"], types: ["auth", "config", "contract"] },
  cache: { uses: ["route"], types: ["contract", "resolve"] },
  origin: { uses: ["health", "http"], types: ["config", "contract", "hls", "resolve"] },
  transform: { uses: ["hls", "http", "route"], types: [] },
  continuity: { uses: ["hls", "http", "route", "transform"], types: ["config"] },
  respond: { uses: ["http"], types: [] },
  telemetry: { uses: ["contract"], types: [] },
  warm: { uses: ["contract", "hls", "http"], types: ["config", "transform"] },
};
