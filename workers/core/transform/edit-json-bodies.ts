// JSON bodies that hold URIs (spec.md section 4, the two JSON rows, and section 5): asset lists of
// interstitials and steering manifests of an origin. Their URIs are absolute, so an allowed one
// becomes an absolute URL of this edge; any other is kept or taken out by policy, never proxied.
// All other bytes stay. It does not generate steering manifests (core/steer does) and it never
// fetches.

import type { JsonFailureReason, JsonMember, JsonNode } from "./edits/json-tree.ts";
import { findMember, parseJsonTree, toItemRemovals } from "./edits/json-tree.ts";
import type { Splice } from "./edits/splices.ts";
import { printSplices } from "./edits/splices.ts";
import type { RewriteContext } from "./rewrite-context.ts";
import type { UriMap } from "./uri-map.ts";
import { makeUriMap, toMappedUri } from "./uri-map.ts";

export interface JsonBodyContext {
  /** `playlistUrl` is the final URL of the JSON body itself. */
  readonly rewrite: RewriteContext;
  /** Absolute URL of the channel at this edge, ending with "/"; asset paths are appended to it. */
  readonly edgeChannelUrl: string;
}

export interface SteeringBodyContext extends JsonBodyContext {
  /** RELOAD-URI as it shall be, relative to our own steering route. */
  readonly reloadUri: string;
  /** Delivery hosts that a pathway may be cloned to, in lower case. */
  readonly pathwayHosts: readonly string[];
}

export type JsonBodyRefusalReason =
  | JsonFailureReason
  | "not-an-asset-list"
  | "not-a-steering-manifest"
  | "unsupported-version"
  | "bad-context";

export type JsonBodyResult =
  | {
      readonly kind: "rewritten";
      readonly text: string;
      readonly counts: {
        readonly rewritten: number;
        readonly kept: number;
        readonly dropped: number;
      };
    }
  | { readonly kind: "refused"; readonly reason: JsonBodyRefusalReason };

interface Rewrite {
  readonly map: UriMap;
  readonly context: JsonBodyContext;
  readonly splices: Splice[];
  rewritten: number;
  kept: number;
  dropped: number;
}

/** `ASSETS[].URI` of an X-ASSET-LIST answer (bis-22 appendix D.2). */
export function rewriteAssetList(text: string, context: JsonBodyContext): JsonBodyResult {
  const root = parseJsonTree(text);
  if (typeof root === "string") return { kind: "refused", reason: root };
  const assets = findMember(root, "ASSETS")?.value;
  if (assets?.kind !== "array") return { kind: "refused", reason: "not-an-asset-list" };
  const state = makeRewrite(context);
  if (state === null) return { kind: "refused", reason: "bad-context" };
  const gone = new Set<number>();
  for (const [index, asset] of assets.items.entries()) {
    const uri = findMember(asset, "URI")?.value;
    const place = toEdgeUrl(state, uri);
    if (place === "foreign" && drops(state)) gone.add(index);
    else if (uri?.kind === "string") applyPlace(state, uri, place);
  }
  state.dropped += gone.size;
  return finish(
    state,
    text,
    toItemRemovals(assets.items, (index) => gone.has(index)),
  );
}

/** RELOAD-URI and the URIs of PATHWAY-CLONES in a steering manifest (bis-22 section 7.3). */
export function rewriteSteeringManifest(
  text: string,
  context: SteeringBodyContext,
): JsonBodyResult {
  const root = parseJsonTree(text);
  if (typeof root === "string") return { kind: "refused", reason: root };
  if (findMember(root, "PATHWAY-PRIORITY")?.value.kind !== "array") {
    return { kind: "refused", reason: "not-a-steering-manifest" };
  }
  const version = findMember(root, "VERSION")?.value;
  if (version?.kind !== "other" || Number(version.text) !== 1) {
    return { kind: "refused", reason: "unsupported-version" };
  }
  const state = makeRewrite(context);
  if (state === null) return { kind: "refused", reason: "bad-context" };
  const reload = findMember(root, "RELOAD-URI")?.value;
  if (reload?.kind === "string") applyPlace(state, reload, { url: context.reloadUri });
  const clones = findMember(root, "PATHWAY-CLONES")?.value;
  if (clones?.kind !== "array") return finish(state, text, []);
  const isGone = (index: number) => {
    const host = toReplacement(clones.items[index], "HOST");
    return host?.kind === "string" && !context.pathwayHosts.includes(host.value.toLowerCase());
  };
  const removals = toItemRemovals(clones.items, isGone);
  for (const [index, clone] of clones.items.entries()) {
    if (isGone(index)) state.dropped += 1;
    else applyCloneUris(state, clone);
  }
  return finish(state, text, removals);
}

function toReplacement(clone: JsonNode | undefined, key: string): JsonNode | undefined {
  return findMember(findMember(clone, "URI-REPLACEMENT")?.value, key)?.value;
}

/** The maps by stable ID. A URI that may not stay leaves its entry to HOST and PARAMS. */
function applyCloneUris(state: Rewrite, clone: JsonNode): void {
  for (const key of ["PER-VARIANT-URIS", "PER-RENDITION-URIS"]) {
    const table = toReplacement(clone, key);
    if (table?.kind !== "object") continue;
    const places = table.members.map((member: JsonMember) => toEdgeUrl(state, member.value));
    const isGone = (index: number) => places[index] === "foreign" && drops(state);
    state.splices.push(...toItemRemovals(table.members, isGone));
    for (const [index, { value }] of table.members.entries()) {
      if (isGone(index)) state.dropped += 1;
      else if (value.kind === "string") applyPlace(state, value, places[index] ?? "foreign");
    }
  }
}

type Place = { readonly url: string } | "foreign" | "opaque";

function makeRewrite(context: JsonBodyContext): Rewrite | null {
  const map = makeUriMap(context.rewrite);
  if (map === null || !context.edgeChannelUrl.endsWith("/")) return null;
  return { map, context, splices: [], rewritten: 0, kept: 0, dropped: 0 };
}

function drops(state: Rewrite): boolean {
  return state.context.rewrite.unknownHosts === "drop";
}

/** What the allow-list refuses (beyond the prefix, not a URI) counts as foreign: it is not ours. */
function toEdgeUrl(state: Rewrite, node: JsonNode | undefined): Place {
  if (node?.kind !== "string") return "opaque";
  const edge = state.context.edgeChannelUrl;
  if (node.value.startsWith(edge)) return { url: node.value };
  const mapped = toMappedUri(state.map, node.value, "playlist");
  if (mapped.kind === "asset") return { url: edge + mapped.path + mapped.query };
  return mapped.kind === "opaque" ? "opaque" : "foreign";
}

function applyPlace(
  state: Rewrite,
  node: JsonNode & { readonly kind: "string" },
  place: Place,
): void {
  if (typeof place === "string") {
    state.kept += 1;
    return;
  }
  state.rewritten += 1;
  if (place.url === node.value) return;
  state.splices.push({ start: node.start, end: node.end, text: JSON.stringify(place.url) });
}

function finish(state: Rewrite, text: string, removals: readonly Splice[]): JsonBodyResult {
  const { rewritten, kept, dropped } = state;
  return {
    kind: "rewritten",
    text: printSplices(text, [...state.splices, ...removals]),
    counts: { rewritten, kept, dropped },
  };
}
