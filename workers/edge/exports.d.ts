// Types of this worker's own entrypoints as its objects see them in `ctx.exports`.

declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./index.ts");
    durableNamespaces:
      | "LibraryGuard"
      | "RegionGate"
      | "WarmAgent"
      | "PlaylistSource"
      | "ChannelCoordinator"
      | "ChannelRelay"
      | "Filler";
  }
}
