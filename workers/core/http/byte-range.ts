// Reads a Range header and decides which bytes answer it (RFC 9110 section 14; RFC 8673; spec
// section 1, F16 and section 9, H9). For respond, and for fills that must know what was asked
// before they know the length. Positions beyond 2^53-1 are held at 2^53-1, the "to the end, however
// far" of RFC 8673, so no number a viewer sends can overflow. What is malformed, in another unit,
// or asks for several ranges is answered as a full 200, which RFC 9110 section 14.2 always allows.
// It does NOT look at If-Range (conditional.ts) or at the method.

/** What a Range header asks for, before the length is known. */
export type RangeRequest =
  | { readonly kind: "whole" }
  /** `end` is inclusive; null means "to the end". */
  | { readonly kind: "from"; readonly start: number; readonly end: number | null }
  | { readonly kind: "suffix"; readonly lengthBytes: number };

/** Which bytes answer a Range header; `start` and `end` are positions, `end` inclusive. */
export type RangeAnswer =
  | { readonly kind: "whole" }
  | { readonly kind: "slice"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

const WHOLE = { kind: "whole" } as const;
const UNSATISFIABLE = { kind: "unsatisfiable" } as const;

// A single range; a comma makes it a set, which does not match and is therefore answered in full.
const SINGLE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/** Reads what is asked, without knowing the length: total, `whole` for anything unusable. */
export function parseRangeRequest(header: string | null): RangeRequest {
  if (header === null) return WHOLE;
  const match = SINGLE_RANGE.exec(header);
  if (match === null) return WHOLE;
  const first = match[1] ?? "";
  const last = match[2] ?? "";
  if (first === "") {
    return last === "" ? WHOLE : { kind: "suffix", lengthBytes: toPosition(last) };
  }
  const start = toPosition(first);
  if (last === "") return { kind: "from", start, end: null };
  const end = toPosition(last);
  return end < start ? WHOLE : { kind: "from", start, end };
}

/** Decides the bytes once the length is known (`lengthBytes` of the whole representation). */
export function decideRange(request: RangeRequest, lengthBytes: number): RangeAnswer {
  switch (request.kind) {
    case "whole":
      return WHOLE;
    case "suffix":
      if (request.lengthBytes === 0) return UNSATISFIABLE;
      // A suffix of an empty file is satisfiable, but no Content-Range can name it.
      if (lengthBytes === 0) return WHOLE;
      return {
        kind: "slice",
        start: Math.max(0, lengthBytes - request.lengthBytes),
        end: lengthBytes - 1,
      };
    case "from": {
      if (request.start >= lengthBytes) return UNSATISFIABLE;
      const end = request.end === null ? lengthBytes - 1 : Math.min(request.end, lengthBytes - 1);
      return { kind: "slice", start: request.start, end };
    }
  }
}

/** Both steps in one: the answer for a header and a known length. */
export function parseRange(header: string | null, lengthBytes: number): RangeAnswer {
  return decideRange(parseRangeRequest(header), lengthBytes);
}

/** Content-Range of a 206; `lengthBytes` null prints `*`, for a length not known yet. */
export function printContentRange(start: number, end: number, lengthBytes: number | null): string {
  return `bytes ${start}-${end}/${lengthBytes ?? "*"}`;
}

/** Content-Range of a 416. */
export function printUnsatisfiedRange(lengthBytes: number): string {
  return `bytes */${lengthBytes}`;
}

function toPosition(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
