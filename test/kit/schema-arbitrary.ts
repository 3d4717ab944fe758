// Values that a JSON Schema allows, and values that it does not, for fast-check. Covers what the
// control API's document uses; an unknown keyword fails loudly instead of being passed over.

import * as fc from "fast-check";

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly [keyword: string]: unknown;
}

/** At least one. */
type Words = readonly [string, ...string[]];

const KNOWN = new Set(
  (
    "type enum const anyOf oneOf properties required items pattern format minLength maxLength minimum " +
    "maximum exclusiveMinimum exclusiveMaximum minItems maxItems additionalProperties propertyNames " +
    "default description example title $ref"
  ).split(" "),
);

/** Values that the schema allows, by its keywords; `words` are texts that mean something. */
export function toArbitrary(schema: Schema, words: Words = ["a"]): fc.Arbitrary<unknown> {
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new Error(`The generator does not know "${keyword}".`);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map((each) => toArbitrary(each, words)));
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
  return fc.oneof(...types.map((type) => toTyped(type, schema, words)));
}

function toTyped(type: string, schema: Schema, words: Words): fc.Arbitrary<unknown> {
  const bound = (keyword: string, otherwise: number) => Number(schema[keyword] ?? otherwise);
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({
        min: Math.max(bound("minimum", -1_000), -(2 ** 31)),
        max: Math.min(bound("maximum", 1_000_000), 2 ** 31 - 1),
      });
    case "number":
      return fc.double({
        min: bound("exclusiveMinimum", bound("minimum", -1_000)),
        max: bound("maximum", 1_000_000),
        noNaN: true,
      });
    case "string":
      return toText(schema, words);
    case "array": {
      const [minLength, maxLength] = [bound("minItems", 0), Math.min(bound("maxItems", 5), 5)];
      return fc.array(toArbitrary(schema.items ?? {}, words), { minLength, maxLength });
    }
    case "object": {
      const fields = Object.entries(schema.properties ?? {});
      const values = Object.fromEntries(
        fields.map(([name, each]) => [name, toArbitrary(each, words)]),
      );
      const requiredKeys = (schema.required ?? []).filter((name) => name in values);
      return fc.record(values, { requiredKeys });
    }
    default:
      throw new Error(`The generator does not know the type "${type}".`);
  }
}

function toText(schema: Schema, words: Words): fc.Arbitrary<string> {
  const { pattern, format } = schema;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((at) => at.toISOString());
  const [minLength, most] = [Number(schema["minLength"] ?? 0), Number(schema["maxLength"] ?? 40)];
  const any = fc.string({ minLength, maxLength: Math.min(most, 40), unit: "binary" });
  return fc.oneof(any, fc.constantFrom(...words));
}

/** Mostly what is allowed, sometimes anything at all. */
export function toLooseArbitrary(schema: Schema, words: Words): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: toArbitrary(schema, words) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: toSpoilt(toArbitrary(schema, words)) },
  );
}

/** An allowed value with one field changed, taken out or added. */
function toSpoilt(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "id"), fc.string());
  return fc
    .tuple(arbitrary, name, fc.jsonValue({ maxDepth: 1 }), fc.nat())
    .map(([value, key, odd, at]) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return odd;
      const keys = Object.keys(value);
      const chosen = keys.length > 0 && at % 2 === 0 ? (keys[at % keys.length] ?? key) : key;
      return { ...value, [chosen]: odd };
    });
}
