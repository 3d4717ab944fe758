// Reads the name of a channel's coordinator, `{channel}#g{n}`: for the object itself, which is told
// nothing else of who it is. Relays, sources and control write it where they call one.

export interface CoordinatorName {
  readonly channel: string;
  readonly generation: number;
}

/** Total, for these objects are made by name only; a channel's own name may have the mark in it. */
export function toCoordinatorName(name: string): CoordinatorName {
  const mark = name.lastIndexOf("#g");
  return { channel: name.slice(0, mark), generation: Number(name.slice(mark + 2)) };
}
