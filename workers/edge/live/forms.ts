// The forms in which one version of a live playlist is sent: plain, or for a blocking request,
// which may be kept much longer because its URL means this version (spec section 2); whole, or
// without what the player has. Made when first asked for, once per version and isolate; the bodies
// of the two delta forms are the same, and so are those of the two whole ones.

import type { Channel } from "../../core/config/catalog.ts";
import { printDelta } from "../../core/transform/edits/delta-text.ts";
import { toKeyHash } from "../../core/ttl/jitter.ts";
import { decideTtl } from "../../core/ttl/ttl.ts";
import {
  type PlaylistMeta,
  type PlaylistVersion,
  toConfirmedVersion,
  toPlaylistVersion,
} from "../playlist-version.ts";
import type { LiveEntry } from "./live-entry.ts";

export const FORM_NAMES = ["plain", "blocking", "delta", "blocking-delta"] as const;
export type FormName = (typeof FORM_NAMES)[number];

/** A form, and the plain version that it was made of. */
export interface Form {
  readonly of: PlaylistVersion;
  readonly version: PlaylistVersion;
}

/** The name of the form that a request gets. */
export function toFormName(isBlocking: boolean, isDelta: boolean): FormName {
  if (isDelta) return isBlocking ? "blocking-delta" : "delta";
  return isBlocking ? "blocking" : "plain";
}

/** The newest version in a form. */
export function toForm(entry: LiveEntry, plain: PlaylistVersion, name: FormName): PlaylistVersion {
  if (name === "plain") return plain;
  const known = entry.forms.get(name);
  if (known?.of === plain) return known.version;
  // Confirmed again: the body stays, and its compressed form with it.
  const isSameBody = known?.of.identity === plain.identity;
  const version =
    known !== undefined && isSameBody
      ? toRenewed(entry.channel, known.version, plain, name)
      : toMade(entry, plain, name);
  entry.forms.set(name, { of: plain, version });
  return version;
}

function toMade(entry: LiveEntry, plain: PlaylistVersion, name: FormName): PlaylistVersion {
  if (name === "blocking-delta") return toBlocking(entry.channel, toForm(entry, plain, "delta"));
  if (name === "blocking") return toBlocking(entry.channel, plain);
  const text = printDelta(entry.held?.version?.text ?? "");
  return text === null ? plain : toPlaylistVersion(text, plain.meta, plain);
}

function toRenewed(
  channel: Channel,
  version: PlaylistVersion,
  plain: PlaylistVersion,
  name: FormName,
): PlaylistVersion {
  const renewed = toConfirmedVersion(version, toTimes(plain), plain.media, plain.ttlReason);
  return name === "delta" ? renewed : toBlocking(channel, renewed);
}

/** Everything of a version's meta that its body does not decide. */
function toTimes({ meta }: PlaylistVersion): PlaylistMeta {
  const { etagBase: _, lengthBytes: __, gzipLengthBytes: ___, ...rest } = meta;
  const { assetKind: ____, contentType: _____, ...times } = rest;
  return times;
}

/** The same bytes for a request that was kept waiting until they were there. */
function toBlocking(channel: Channel, version: PlaylistVersion): PlaylistVersion {
  const { media, meta } = version;
  if (media === null) return version;
  const nowMs = Math.max(media.publication.publishedAtMs, meta.confirmedAtMs);
  const ttl = decideTtl({
    subject: { kind: "media-playlist", facts: media, blocking: true },
    outcome: "success",
    origin: null,
    cadence: { expectedNextAtMs: null },
    originLatencyMs: null,
    policy: channel.policy.ttl,
    keyHash: toKeyHash(channel.id),
    nowMs,
  });
  const times = {
    ...toTimes(version),
    freshUntilMs: nowMs + ttl.freshMs,
    swrMs: ttl.swrMs,
    sieMs: ttl.sieMs,
    storable: meta.storable && ttl.storable,
  };
  return toConfirmedVersion(version, times, media, ttl.reason);
}
