// What core calls response headers: an ordered list of name and value, in plain strings. For every
// room that plans a reply; the workers turn the list into a platform object once, at the very end.
// Names are spelled the way the RFCs spell them, because logs and tests show them to people. It
// does NOT merge, sort or look up: whoever plans a reply writes each header exactly once.

/** One response header, name first. */
export type HeaderPair = readonly [name: string, value: string];

/** Response headers in the order in which they are sent; no name twice. */
export type HeaderPairs = readonly HeaderPair[];
