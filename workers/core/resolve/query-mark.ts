// The mark that a playlist of a library puts behind the queries it announces (viewer contract:
// `~h=`). A live channel knows every name that it announced; a library has no such memory, and a
// query that anybody may write would be a key, a fill and an origin request each. So the rewriter
// signs what it announces, and resolve refuses what it did not sign. The secret is control's, the
// same at every edge, so that the playlists are too. It does NOT compute the mark: that needs a
// cipher, which the platform has.

/** Computes and compares marks under one secret. */
export interface QueryMarks {
  /** The mark of a file's identity query; `path` as printAssetPath prints it. */
  print(channelId: string, path: string, query: string): string;
}

const NAME = "~h=";

/** A query with its mark behind it. */
export function printMarkedQuery(query: string, mark: string): string {
  return `${query}&${NAME}${mark}`;
}

/**
 * Takes the mark off the end. Only the last parameter can be ours: an edge behind another one
 * announces the other's mark as part of the identity.
 */
export function parseMarkedQuery(query: string): {
  readonly query: string;
  readonly mark: string | null;
} {
  const at = query.lastIndexOf("&") + 1;
  if (!query.startsWith(NAME, at)) return { query, mark: null };
  return { query: query.slice(0, Math.max(0, at - 1)), mark: query.slice(at + NAME.length) };
}

/** Whether two marks are the same, in a time that does not tell where they differ. */
export function isSameMark(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
