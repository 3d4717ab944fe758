// Where the values of a JSON text stand, so that single strings can be changed and single items
// taken out while every other byte stays (number spelling, order, blanks, unknown keys). JSON.parse
// judges the text first; the walk here only finds the places. Depth is bounded, for the walk calls
// itself.

import type { Splice } from "./splices.ts";

export type JsonNode =
  | {
      readonly kind: "string";
      readonly start: number;
      readonly end: number;
      readonly value: string;
    }
  | {
      readonly kind: "object";
      readonly start: number;
      readonly end: number;
      readonly members: readonly JsonMember[];
    }
  | {
      readonly kind: "array";
      readonly start: number;
      readonly end: number;
      readonly items: readonly JsonNode[];
    }
  | { readonly kind: "other"; readonly start: number; readonly end: number; readonly text: string };

export interface JsonMember {
  readonly key: string;
  /** Start of the key, with its quote. */
  readonly start: number;
  readonly end: number;
  readonly value: JsonNode;
}

export const jsonFailureReasons = ["not-json", "too-large", "too-deep"] as const;
export type JsonFailureReason = (typeof jsonFailureReasons)[number];

/** UTF-16 code units. Attack: an asset list without end; honest ones are a few kilobytes. */
export const jsonCharsMax = 1024 * 1024;
/** Levels. Attack: a megabyte of "[" that overflows the stack. */
export const jsonDepthMax = 16;

interface Walk {
  readonly text: string;
  position: number;
  tooDeep: boolean;
}

export function parseJsonTree(text: string): JsonNode | JsonFailureReason {
  if (text.length > jsonCharsMax) return "too-large";
  try {
    JSON.parse(text);
  } catch {
    return "not-json";
  }
  const walk: Walk = { text, position: 0, tooDeep: false };
  const root = readValue(walk, 0);
  return walk.tooDeep ? "too-deep" : root;
}

function skipBlanks(walk: Walk): void {
  while (walk.text.charCodeAt(walk.position) <= 32) walk.position += 1;
}

function readValue(walk: Walk, depth: number): JsonNode {
  skipBlanks(walk);
  const { text, position: start } = walk;
  const first = text.charAt(start);
  if (walk.tooDeep || depth > jsonDepthMax) {
    walk.tooDeep = true;
    return { kind: "other", start, end: start, text: "" };
  }
  if (first === '"') {
    const value = readString(walk);
    return { kind: "string", start, end: walk.position, value };
  }
  if (first === "{") return readObject(walk, depth);
  if (first === "[") return readArray(walk, depth);
  while (walk.position < text.length && !/[\s,\]}]/.test(text.charAt(walk.position))) {
    walk.position += 1;
  }
  return { kind: "other", start, end: walk.position, text: text.slice(start, walk.position) };
}

function readString(walk: Walk): string {
  const { text, position: start } = walk;
  let position = start + 1;
  while (text.charAt(position) !== '"') position += text.charAt(position) === "\\" ? 2 : 1;
  walk.position = position + 1;
  return JSON.parse(text.slice(start, walk.position)) as string;
}

/** True if another item follows; steps over the comma or the closing bracket. */
function hasNext(walk: Walk): boolean {
  skipBlanks(walk);
  const isComma = walk.text.charAt(walk.position) === ",";
  walk.position += 1;
  return isComma;
}

function isEmpty(walk: Walk, closing: string): boolean {
  walk.position += 1;
  skipBlanks(walk);
  if (walk.text.charAt(walk.position) !== closing) return false;
  walk.position += 1;
  return true;
}

function readObject(walk: Walk, depth: number): JsonNode {
  const start = walk.position;
  const members: JsonMember[] = [];
  if (isEmpty(walk, "}")) return { kind: "object", start, end: walk.position, members };
  do {
    skipBlanks(walk);
    const from = walk.position;
    const key = readString(walk);
    skipBlanks(walk);
    walk.position += 1;
    const value = readValue(walk, depth + 1);
    members.push({ key, start: from, end: value.end, value });
  } while (!walk.tooDeep && hasNext(walk));
  return { kind: "object", start, end: walk.position, members };
}

function readArray(walk: Walk, depth: number): JsonNode {
  const start = walk.position;
  const items: JsonNode[] = [];
  if (isEmpty(walk, "]")) return { kind: "array", start, end: walk.position, items };
  do {
    items.push(readValue(walk, depth + 1));
  } while (!walk.tooDeep && hasNext(walk));
  return { kind: "array", start, end: walk.position, items };
}

/** The member of an object; of a key that comes twice the last one counts, as for JSON.parse. */
export function findMember(node: JsonNode | undefined, key: string): JsonMember | undefined {
  return node?.kind === "object" ? node.members.findLast((one) => one.key === key) : undefined;
}

/** Takes items of a list (array items or object members) out, each with one comma. */
export function toItemRemovals(
  items: readonly { readonly start: number; readonly end: number }[],
  isGone: (index: number) => boolean,
): readonly Splice[] {
  const splices: Splice[] = [];
  let keptBefore = false;
  for (const [index, item] of items.entries()) {
    if (!isGone(index)) {
      keptBefore = true;
      continue;
    }
    const start = keptBefore ? (items[index - 1]?.end ?? item.start) : item.start;
    const end = keptBefore ? item.end : (items[index + 1]?.start ?? item.end);
    splices.push({ start, end, text: "" });
  }
  return splices;
}
