// The forms in which one version of a live playlist is sent: plain, or for a blocking request,
// which may be kept much longer because its URL means this version (spec section 2); whole, or
// without what the player has. Made when first asked for, once per version and isolate; the bodies
// of the two delta forms are the same, and so are those of the two whole ones. A canary's
// multivariant playlist has a form of its own for sessions that are sent to it: it stands at the
// channel's URL, and no cache may give it to anybody else.

import type { Channel } from "../../core/config/catalog.ts";
import { parseCanaryId } from "../../core/route/canary.ts";
import { printCanaryEntry } from "../../core/transform/edits/canary-entry.ts";
import { printDelta } from "../../core/transform/edits/delta-text.ts";
import { toKeyHash } from "../../core/ttl/jitter.ts";
import { decideTtl } from "../../core/ttl/ttl.ts";
import {
  type PlaylistMeta,
  type PlaylistVersion,
  toConfirmedVersion,
  toPlaylistVersion,
} from "../playlist-version.ts";
import { toSteered } from "../steered-playlist.ts";
import type { LiveEntry } from "./live-entry.ts";

export const FORM_NAMES = ["plain", "blocking", "delta", "blocking-delta", "entry"] as const;
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
  if (name === "entry") return toEntry(entry, plain);
  const text = printDelta(entry.held?.version?.text ?? "");
  return text === null ? plain : toPlaylistVersion(text, plain.meta, plain);
}

function toRenewed(
  channel: Channel,
  version: PlaylistVersion,
  plain: PlaylistVersion,
  name: FormName,
): PlaylistVersion {
  const kept = name === "entry" ? { storable: false } : {};
  const times = { ...toTimes(plain), ...kept };
  const renewed = toConfirmedVersion(version, times, plain.media, plain.ttlReason);
  return name === "delta" ? renewed : toBlocking(channel, renewed);
}

function toEntry(entry: LiveEntry, plain: PlaylistVersion): PlaylistVersion {
  const { held, channel } = entry;
  if (held === null || held.version === null) return plain;
  const text = toSteered(held.version.text, channel, held.playlist);
  const moved = printCanaryEntry(text, held.playlist, parseCanaryId(channel.id).canary);
  return toPlaylistVersion(moved, { ...plain.meta, storable: false }, plain);
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
