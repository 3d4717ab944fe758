// The channel's multivariant playlist and the media playlists that it names; multivariant.ts makes
// it.

export interface CanonicalMultivariant {
  /** Printed path below the channel. */
  readonly path: string;
  readonly text: string;
  readonly entries: readonly RenditionEntry[];
  /** Paths of the media playlists, variants first. */
  readonly order: readonly string[];
}

/** A media playlist that a multivariant playlist names. */
export interface RenditionEntry {
  readonly path: string;
  readonly kind: "variant" | "rendition" | "iframes";
  /** STABLE-VARIANT-ID, or TYPE, GROUP-ID and NAME; null without. */
  readonly stableId: string | null;
  readonly resolution: string | null;
  readonly codecs: string | null;
  readonly bandwidth: number | null;
}
