import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { Default, Errors } from 'typebox/value';
import { errors } from './errors.ts';

/** What Toxiproxy's API accepts. Further fields are let through, because its clients send whole objects back. */
export const ProxyInput = Type.Object({
  name: Type.String({ minLength: 1 }),
  upstream: Type.String({ minLength: 1 }),
  listen: Type.Optional(Type.String()),
  enabled: Type.Optional(Type.Boolean()),
});

export const ProxyPatch = Type.Object({
  upstream: Type.Optional(Type.String({ minLength: 1 })),
  listen: Type.Optional(Type.String({ minLength: 1 })),
  enabled: Type.Optional(Type.Boolean()),
});

const Attributes = Type.Record(Type.String(), Type.Unknown());
const Toxicity = Type.Number({ minimum: 0, maximum: 1 });

export const ToxicInput = Type.Object({
  type: Type.String({ minLength: 1 }),
  name: Type.Optional(Type.String()),
  stream: Type.Optional(Type.String()),
  toxicity: Type.Optional(Toxicity),
  attributes: Type.Optional(Attributes),
});

export const ToxicPatch = Type.Object({
  toxicity: Type.Optional(Toxicity),
  attributes: Type.Optional(Attributes),
});

export type ProxyInput = Static<typeof ProxyInput>;

/** @throws PROXY_BAD_BODY when the text of a request is not JSON. */
export function parseBody(text: unknown): unknown {
  if (typeof text !== 'string' || text === '') throw errors.BAD_BODY('it is empty; send JSON');
  try {
    return JSON.parse(text);
  } catch {
    throw errors.BAD_BODY('it is not JSON');
  }
}

/**
 * The value, if it has the schema's shape. `where` goes before the name of a field in an error ("attributes.", "2.").
 * @throws PROXY_MISSING_FIELD, PROXY_BAD_BODY naming the field.
 */
export function checkBody<Schema extends TSchema>(
  schema: Schema,
  value: unknown,
  where = '',
): Static<Schema> {
  const [first] = Errors(schema, value);
  if (first === undefined) return value as Static<Schema>;
  const field = where + first.instancePath.slice(1).replaceAll('/', '.');
  if (first.keyword === 'required')
    throw errors.MISSING_FIELD(`${where}${first.params.requiredProperties[0]}`);
  if (first.keyword === 'minLength') throw errors.MISSING_FIELD(field);
  throw errors.BAD_BODY(`${field || 'it'} ${first.message}`);
}

/**
 * The attributes of a toxic with its defaults filled in.
 * @throws PROXY_MISSING_FIELD, PROXY_BAD_BODY, also for a name the toxic does not have: silently doing nothing would
 * let a mistyped drill pass.
 */
export function checkAttributes(
  type: string,
  schema: TObject,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const known = Object.keys(schema.properties);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw errors.BAD_BODY(
      `attributes.${unknown} is unknown; ${type} has ${known.join(', ') || 'no attributes'}`,
    );
  }
  return checkBody(schema, Default(schema, structuredClone(given)), 'attributes.') as Record<string, unknown>;
}
