// The multivariant playlist of a live channel's canary as a session gets it that asked for the
// channel's own: at that URL every relative reference has to carry the canary's label, and then all
// that the session asks for afterwards is the canary's by itself. A reference below the canary's
// copy of the playlist means the same with that copy's folder in front, climbing ones too (RFC 3986
// section 5.2.4), so nothing has to be resolved here. Takes what the ledger printed: variables are
// replaced in it, and other hosts' URIs are absolute.

const REFERENCE = /^([^#\s].*)|([:,](?:SERVER-)?URI=")([^"]*)/gm;
const ABSOLUTE = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)/;

/** `path` is the playlist's as printed below the channel; `canary` its number. */
export function printCanaryEntry(text: string, path: string, canary: number): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const up = "../".repeat(folder.split("/").length - 1);
  const move = (uri: string) => (ABSOLUTE.test(uri) ? uri : `${up}@c${canary}/${folder}${uri}`);
  return text.replace(REFERENCE, (_, line?: string, before = "", uri = "") =>
    line === undefined ? before + move(uri) : move(line),
  );
}
