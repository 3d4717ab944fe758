// Every attribute of every tag that has an attribute list: its type, and whether the tag needs it
// (RFC 8216bis-22 section 4.4 and appendix D; the vendors' tags of spec.md section 4). One table
// for the validator and for the test that asks whether the corpus shows every attribute. An
// attribute that is not here is unknown and allowed: clients ignore it (bis-22 section 6.3.1).

export const attributeTypes = [
  "integer",
  "hex",
  "decimal",
  "signed-decimal",
  "quoted",
  "word",
  "word-or-quoted",
  "resolution",
  "date",
] as const;
export type AttributeType = (typeof attributeTypes)[number];

export interface AttributeSpec {
  readonly type: AttributeType;
  readonly required: boolean;
  /** The words that are defined; left out: any. */
  readonly words?: readonly string[];
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

const integer: AttributeSpec = { type: "integer", required: false };
const hex: AttributeSpec = { type: "hex", required: false };
const decimal: AttributeSpec = { type: "decimal", required: false };
const signed: AttributeSpec = { type: "signed-decimal", required: false };
const quoted: AttributeSpec = { type: "quoted", required: false };
const resolution: AttributeSpec = { type: "resolution", required: false };
const date: AttributeSpec = { type: "date", required: false };
const yes = words("YES");
const yesOrNo = words("YES", "NO");

function words(...list: readonly string[]): AttributeSpec {
  return { type: "word", required: false, words: list };
}

function needed(spec: AttributeSpec): AttributeSpec {
  return { ...spec, required: true };
}

const key: AttributeSpecs = {
  METHOD: needed(words("NONE", "AES-128", "SAMPLE-AES", "SAMPLE-AES-CTR")),
  URI: quoted,
  IV: hex,
  KEYFORMAT: quoted,
  KEYFORMATVERSIONS: quoted,
};

const stream: AttributeSpecs = {
  BANDWIDTH: needed(integer),
  "AVERAGE-BANDWIDTH": integer,
  SCORE: decimal,
  CODECS: quoted,
  "SUPPLEMENTAL-CODECS": quoted,
  RESOLUTION: resolution,
  "HDCP-LEVEL": words("TYPE-0", "TYPE-1", "NONE"),
  "ALLOWED-CPC": quoted,
  "VIDEO-RANGE": words("SDR", "HLG", "PQ"),
  "REQ-VIDEO-LAYOUT": quoted,
  "STABLE-VARIANT-ID": quoted,
  VIDEO: quoted,
  "PATHWAY-ID": quoted,
};

const dateRange: AttributeSpecs = {
  ID: needed(quoted),
  CLASS: quoted,
  "START-DATE": date,
  CUE: quoted,
  "END-DATE": date,
  DURATION: decimal,
  "PLANNED-DURATION": decimal,
  "SCTE35-CMD": hex,
  "SCTE35-OUT": hex,
  "SCTE35-IN": hex,
  "END-ON-NEXT": yes,
  // Appendix D: interstitials and preloading.
  "X-ASSET-URI": quoted,
  "X-ASSET-LIST": quoted,
  "X-RESUME-OFFSET": signed,
  "X-PLAYOUT-LIMIT": decimal,
  "X-SNAP": quoted,
  "X-RESTRICT": quoted,
  "X-CONTENT-MAY-VARY": quoted,
  "X-TIMELINE-OCCUPIES": quoted,
  "X-TIMELINE-STYLE": quoted,
  "X-SKIP-CONTROL-OFFSET": decimal,
  "X-SKIP-CONTROL-DURATION": decimal,
  "X-SKIP-CONTROL-LABEL-ID": quoted,
  "X-URI": quoted,
};

export const attributeSpecs: Readonly<Record<string, AttributeSpecs>> = {
  "EXT-X-START": { "TIME-OFFSET": needed(signed), PRECISE: yesOrNo },
  "EXT-X-DEFINE": { NAME: quoted, VALUE: quoted, IMPORT: quoted, QUERYPARAM: quoted },
  "EXT-X-PART-INF": { "PART-TARGET": needed(decimal) },
  "EXT-X-SERVER-CONTROL": {
    "CAN-SKIP-UNTIL": decimal,
    "CAN-SKIP-DATERANGES": yes,
    "HOLD-BACK": decimal,
    "PART-HOLD-BACK": decimal,
    "CAN-BLOCK-RELOAD": yes,
  },
  "EXT-X-KEY": key,
  "EXT-X-MAP": { URI: needed(quoted), BYTERANGE: quoted },
  "EXT-X-PART": {
    URI: needed(quoted),
    DURATION: needed(decimal),
    INDEPENDENT: yes,
    BYTERANGE: quoted,
    GAP: yes,
  },
  "EXT-X-DATERANGE": dateRange,
  "EXT-X-SKIP": { "SKIPPED-SEGMENTS": needed(integer), "RECENTLY-REMOVED-DATERANGES": quoted },
  "EXT-X-PRELOAD-HINT": {
    TYPE: needed(words("PART", "MAP")),
    URI: needed(quoted),
    "BYTERANGE-START": integer,
    "BYTERANGE-LENGTH": integer,
  },
  "EXT-X-RENDITION-REPORT": { URI: needed(quoted), "LAST-MSN": integer, "LAST-PART": integer },
  "EXT-X-MEDIA": {
    TYPE: needed(words("AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS")),
    URI: quoted,
    "GROUP-ID": needed(quoted),
    LANGUAGE: quoted,
    "ASSOC-LANGUAGE": quoted,
    NAME: needed(quoted),
    "STABLE-RENDITION-ID": quoted,
    DEFAULT: yesOrNo,
    AUTOSELECT: yesOrNo,
    FORCED: yesOrNo,
    "INSTREAM-ID": quoted,
    "BIT-DEPTH": integer,
    "SAMPLE-RATE": integer,
    CHARACTERISTICS: quoted,
    CHANNELS: quoted,
  },
  "EXT-X-STREAM-INF": {
    ...stream,
    "FRAME-RATE": decimal,
    AUDIO: quoted,
    SUBTITLES: quoted,
    "CLOSED-CAPTIONS": { type: "word-or-quoted", required: false, words: ["NONE"] },
  },
  "EXT-X-I-FRAME-STREAM-INF": { ...stream, URI: needed(quoted) },
  "EXT-X-SESSION-DATA": {
    "DATA-ID": needed(quoted),
    VALUE: quoted,
    URI: quoted,
    FORMAT: words("JSON", "RAW"),
    LANGUAGE: quoted,
  },
  "EXT-X-SESSION-KEY": key,
  "EXT-X-CONTENT-STEERING": { "SERVER-URI": needed(quoted), "PATHWAY-ID": quoted },
  "EXT-X-IMAGE-STREAM-INF": {
    BANDWIDTH: needed(integer),
    "AVERAGE-BANDWIDTH": integer,
    CODECS: quoted,
    RESOLUTION: resolution,
    VIDEO: quoted,
    URI: needed(quoted),
  },
  "EXT-X-TILES": {
    RESOLUTION: needed(resolution),
    LAYOUT: needed(resolution),
    DURATION: needed(decimal),
  },
};

const forms: Record<AttributeType, RegExp> = {
  integer: /^\d{1,20}$/,
  hex: /^0[xX][0-9A-Fa-f]+$/,
  decimal: /^\d+(?:\.\d*)?$|^\.\d+$/,
  "signed-decimal": /^-?(?:\d+(?:\.\d*)?|\.\d+)$/,
  quoted: /^"[^"\r\n]*"$/,
  word: /^[^\s",]+$/,
  "word-or-quoted": /^(?:"[^"\r\n]*"|[^\s",]+)$/,
  resolution: /^\d+x\d+$/,
  date: /^"[^"\r\n]*"$/,
};

/** True if the raw value (quotes included) has the type's form. Variables may stand in quotes. */
export function hasAttributeForm(raw: string, type: AttributeType): boolean {
  return forms[type].test(raw) || (type === "hex" && /\{\$[A-Za-z0-9_-]+\}/.test(raw));
}
