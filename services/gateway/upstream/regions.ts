import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { errors } from '../errors.ts';

const Url = Type.String({ pattern: '^https?://[^/]+/?$' });
const RegionsSchema = Type.Record(
  Type.String({ minLength: 1 }),
  Type.Union([Url, Type.Array(Url, { minItems: 1 })]),
  {
    minProperties: 1,
  },
);
const isRegions = new Ajv({ strict: false }).compile<Static<typeof RegionsSchema>>(RegionsSchema);

export { regionOf } from '../../../lib/contract/regions.ts';

/** @throws AppError GATEWAY_INFERENCE_URLS */
export function parseRegions(text: string): Map<string, string[]> {
  let regions: unknown;
  try {
    regions = JSON.parse(text);
  } catch {
    throw errors.INFERENCE_URLS('is not valid JSON');
  }
  if (!isRegions(regions)) {
    const [problem] = isRegions.errors ?? [];
    throw errors.INFERENCE_URLS(`${problem?.instancePath} ${problem?.message}`.trim());
  }
  return new Map(Object.entries(regions).map(([region, urls]) => [region, [urls].flat()]));
}
