// The order in which edits are done, for every caller the same, driven by plain data. Edits of the
// other kind of playlist are passed over, so one plan serves a whole presentation.
//
// Multivariant: filter, then extras (they look at what is left), then first variant (of what is
// left), then steering (clones copy the final order), then start, then version.
// Media: gaps, then window (numbers are those of the full list), then server control, then start,
// then delta (the last that may look at segments), then version (what the edits made necessary).
// The rewriter goes before all of them: edits speak of URIs as viewers see them.

import type { MediaPlaylist, MultivariantPlaylist, Playlist } from "../../hls/playlist.ts";
import type { ContentSteeringOptions } from "./content-steering.ts";
import { applyContentSteering } from "./content-steering.ts";
import type { DeltaOptions } from "./delta-update.ts";
import { applyDelta } from "./delta-update.ts";
import type { EditNote, EditResult, MediaEdit, MultivariantEdit } from "./edit.ts";
import type { ExtraPlaylistsOptions } from "./extra-playlists.ts";
import { applyExtraPlaylists } from "./extra-playlists.ts";
import type { VariantFilter } from "./filter-grammar.ts";
import type { FirstVariantOptions } from "./first-variant.ts";
import { applyFirstVariant } from "./first-variant.ts";
import type { GapsOptions } from "./gaps.ts";
import { applyGaps } from "./gaps.ts";
import type { ServerControlOptions } from "./server-control.ts";
import { applyServerControl } from "./server-control.ts";
import type { StartOptions } from "./start.ts";
import { applyStart } from "./start.ts";
import { applyVariantFilter } from "./variant-filter.ts";
import { applyVersion } from "./version.ts";
import type { WindowOptions } from "./window.ts";
import { applyWindow } from "./window.ts";

/** Everything that shall be changed in a presentation's playlists; what is left out stays. */
export interface EditPlan {
  readonly variantFilter?: VariantFilter;
  readonly extraPlaylists?: ExtraPlaylistsOptions;
  readonly firstVariant?: FirstVariantOptions;
  readonly contentSteering?: ContentSteeringOptions;
  readonly gaps?: GapsOptions;
  readonly window?: WindowOptions;
  readonly serverControl?: ServerControlOptions;
  readonly start?: StartOptions;
  readonly delta?: DeltaOptions;
}

/** Does all edits of the plan that fit the playlist; the first refusal ends it. */
export function applyEditPlan(playlist: Playlist, plan: EditPlan): EditResult<Playlist> {
  const result: EditResult<Playlist> =
    playlist.kind === "multivariant"
      ? applyAll(playlist, toMultivariantEdits(plan))
      : applyAll(playlist, toMediaEdits(plan));
  if (result.kind === "refused" || result.playlist.text === playlist.text) return result;
  const versioned = applyVersion(result.playlist);
  return versioned.kind === "refused" ? versioned : { ...versioned, notes: result.notes };
}

type Step<P extends Playlist> = (playlist: P) => EditResult<P>;

function applyAll<P extends Playlist>(playlist: P, steps: readonly Step<P>[]): EditResult<P> {
  let current = playlist;
  const notes: EditNote[] = [];
  for (const step of steps) {
    const result = step(current);
    if (result.kind === "refused") return result;
    current = result.playlist;
    notes.push(...result.notes);
  }
  return { kind: "edited", playlist: current, notes };
}

function toMultivariantEdits(plan: EditPlan): readonly Step<MultivariantPlaylist>[] {
  const step = <O>(edit: MultivariantEdit<O>, options: O | undefined) => {
    return options === undefined ? [] : [(now: MultivariantPlaylist) => edit(now, options)];
  };
  return [
    ...step(applyVariantFilter, plan.variantFilter),
    ...step(applyExtraPlaylists, plan.extraPlaylists),
    ...step(applyFirstVariant, plan.firstVariant),
    ...step(applyContentSteering, plan.contentSteering),
    ...step(applyStart<MultivariantPlaylist>, plan.start),
  ];
}

function toMediaEdits(plan: EditPlan): readonly Step<MediaPlaylist>[] {
  const step = <O>(edit: MediaEdit<O>, options: O | undefined) => {
    return options === undefined ? [] : [(now: MediaPlaylist) => edit(now, options)];
  };
  return [
    ...step(applyGaps, plan.gaps),
    ...step(applyWindow, plan.window),
    ...step(applyServerControl, plan.serverControl),
    ...step(applyStart<MediaPlaylist>, plan.start),
    ...step(applyDelta, plan.delta),
  ];
}
