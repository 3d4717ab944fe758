// The catalog as the workers use it: checked, complete (every default filled in) and read-only.
// Read from TOML by read-catalog.ts; the edge only ever sees this form, as JSON from control,
// so this file holds types and look-ups and pulls in no parser.

import type { AuthPolicy } from "../auth.ts";
import type { BlockingMode } from "../delivery/promises.ts";
import type { AccessIssuer } from "../token/decide-access.ts";
import type { TtlPolicy } from "../ttl/policy.ts";

export interface HttpOrigin {
  readonly kind: "http";
  readonly id: string;
  /** Absolute, without query; always ends with "/". */
  readonly url: string;
  /** Where it stands, as a Durable Object location hint ("enam"); null if not said. */
  readonly region: string | null;
  /** Name of the secret WEIR_HTTP_{credentials} with headers to send; absent: none. */
  readonly credentials?: string;
}

export interface S3Origin {
  readonly kind: "s3";
  readonly id: string;
  /** Absolute, without query or trailing "/". */
  readonly endpoint: string;
  readonly bucket: string;
  /** Signing region of SigV4. */
  readonly region: string;
  /** Below the bucket, without leading or trailing "/"; may be empty. */
  readonly prefix: string;
  readonly addressing: "path" | "virtual";
  /** Name of the secret WEIR_S3_{credentials}; null reads without a signature. */
  readonly credentials: string | null;
}

/** What an origin can carry, as its operator declares it. */
export interface Capacity {
  readonly cpu?: number;
  readonly memoryGb?: number;
  readonly mbps?: number;
}

export type Origin = (HttpOrigin | S3Origin) & {
  /** Absent: not declared. */
  readonly capacity?: Capacity;
};

/** A place below an origin: where one channel's files stand. */
export interface OriginPlace {
  readonly id: string;
  /** Added to the origin's url or prefix: "" or "/ch7", no trailing "/". */
  readonly prefix: string;
}

export interface ChannelOrigin extends OriginPlace {
  /** Storage to which this origin publishes its media under the same names, read first. */
  readonly segments: OriginPlace | null;
}

export const REPLICA_MODES = ["auto", "identical", "independent"] as const;
export type ReplicaMode = (typeof REPLICA_MODES)[number];

export interface ChannelPolicy {
  readonly ttl: TtlPolicy;
  /** Who may see the channel. `open`: everybody; else whoever has a token of its issuers. */
  readonly auth: AuthPolicy;
  /** Ids of issuers whose tokens count; absent from older controls' catalogs: none. */
  readonly issuers?: readonly string[];
  /** With `token+geo`: where the channel may be watched, like "DE" or "US-NY". */
  readonly countries?: readonly string[];
  /** Whether the origins' bytes are the same, as the operator knows it; auto = prove it. */
  readonly replicas: ReplicaMode;
  /** Whether playlists of a live channel promise blocking reloads; absent: auto. */
  readonly blocking?: BlockingMode;
  /** Whether playlists may name files outside the channel's prefix on the same host. */
  readonly beyondPrefix: boolean;
  /** What to do with URIs of hosts that the catalog does not name. */
  readonly unknownHosts: "keep" | "drop";
  /** Whether its files are kept in R2 and read from the origins once for the world. */
  readonly hotTier: boolean;
  /** Query parameters of playlists that the origin must see and the key must hold. */
  readonly query: readonly string[];
  /** Query parameters of media that are the player's; absent from catalogs of older controls. */
  readonly strip?: readonly string[];
  /** Hosts between which players are steered: all of the catalog; absent: they are not. */
  readonly steering?: readonly DeliveryHost[];
}

export interface Channel {
  readonly id: string;
  readonly mode: "live" | "vod";
  /** Entry playlist below the prefix. */
  readonly playlist: string;
  /** In order of preference among equals. */
  readonly origins: readonly ChannelOrigin[];
  readonly policy: ChannelPolicy;
}

/** Another host that playlists may name, served below `/{channel}/@{alias}/`. */
export interface AllowedHost {
  readonly alias: string;
  /** Absolute; always ends with "/". */
  readonly url: string;
}

/** Who may sign tokens of viewers, and by which rules they are judged. */
export interface Issuer extends AccessIssuer {
  readonly id: string;
  /** Names of the secrets WEIR_TOKEN_{name}, each a JSON Web Key. Two while keys are changed. */
  readonly keys: readonly string[];
}

/**
 * A host at which viewers get the same files under the same paths: a zone of ours, or another CDN.
 * Players know it as a pathway (RFC 8216bis section 7).
 */
export interface DeliveryHost {
  /** Its pathway's id. */
  readonly id: string;
  /** Absolute, ends with "/", no path. */
  readonly url: string;
  /** Share of the sessions that have to leave another host; 0: only if there is no other. */
  readonly weight: number;
}

export const CONTACT_ROLES = ["on-call", "lead", "manager", "director"] as const;

/** Who is told of incidents. */
export type AlertContact = {
  readonly id: string;
  readonly role: (typeof CONTACT_ROLES)[number];
  /** Name of the secret WEIR_CONTACT_{credentials}: a signing key, or a chat room's address. */
  readonly credentials: string;
} & (
  | { readonly kind: "webhook" /** Absolute, without query. */; readonly url: string }
  | { readonly kind: "chat" }
);

/** What a preload costs, as the operator has it from the bills; per million, and per GB (10^9). */
export interface PriceTable {
  readonly currency: string;
  /** Where the prices are from, and of when. */
  readonly source: string;
  readonly date: string;
  readonly originRequestsPerMillion: number;
  readonly originBytesPerGb: number;
  readonly hotTierWritesPerMillion: number;
  readonly hotTierReadsPerMillion: number;
  readonly edgeRequestsPerMillion: number;
}

/** What may be preloaded that nobody planned, and how the hit ratio is judged. */
export interface HotRules {
  readonly filesPerHour: number;
  readonly bytesPerHour: number;
  readonly requestsPerSecond: number;
  /** Requests of the last hours, fading, from which on a file is hot. */
  readonly hitsMin: number;
  readonly everyMs: number;
  readonly windowMs: number;
}

export interface Catalog {
  readonly origins: readonly Origin[];
  readonly channels: readonly Channel[];
  readonly hosts: readonly AllowedHost[];
  /** Absent from older controls' catalogs: none. */
  readonly issuers?: readonly Issuer[];
  /** In the order of preference among equals; absent from catalogs of older controls. */
  readonly pathways?: readonly DeliveryHost[];
  readonly contacts?: readonly AlertContact[];
  readonly probe: { readonly intervalMs: number };
  /** Absent where the operator gave none. */
  readonly prices?: PriceTable;
  /** Absent: nothing is preloaded unasked. */
  readonly hot?: HotRules;
}
