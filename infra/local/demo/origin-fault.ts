// The ways in which a demo origin can be made to fail, for tests and for the player page's button.
//
// One fault at a time, over all requests or one class of them. Each stands for something that
// happens to real origins: a packager that hangs while its web server goes on (freeze), a full
// disk or a crashed back end (fail), a captive portal or an error page with status 200 (html), a
// connection cut in the middle (truncate), an overloaded machine (slow). A dead machine is not in
// this list: there nobody answers at all, see `kill` in origin-server.ts.

export const FAULT_SCOPES = ["all", "playlists", "segments"] as const;
export type FaultScope = (typeof FAULT_SCOPES)[number];

export const PATH_CLASSES = ["playlists", "segments", "others"] as const;
export type PathClass = (typeof PATH_CLASSES)[number];

/** `Shown`: what an origin has on show, as its content understands it. */
export type OriginFault<Shown = unknown> =
  | { readonly kind: "none" }
  /** Playlists go on showing this. */
  | { readonly kind: "freeze"; readonly shown: Shown }
  | { readonly kind: "slow"; readonly delayMs: number; readonly scope: FaultScope }
  | { readonly kind: "fail"; readonly status: number; readonly scope: FaultScope }
  | { readonly kind: "html"; readonly scope: FaultScope }
  | { readonly kind: "truncate"; readonly scope: FaultScope };

export const NO_FAULT: OriginFault<never> = { kind: "none" };

export function toPathClass(path: string): PathClass {
  if (path.endsWith(".m3u8")) return "playlists";
  return /\.(m4s|mp4|ts)$/.test(path) ? "segments" : "others";
}

/** The fault that a request of this class meets; freezing acts through the window instead. */
export function decideFault(fault: OriginFault, pathClass: PathClass): OriginFault<never> {
  if (fault.kind === "none" || fault.kind === "freeze") return NO_FAULT;
  return fault.scope === "all" || fault.scope === pathClass ? fault : NO_FAULT;
}
