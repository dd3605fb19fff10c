import { Ajv } from 'ajv';
import type { Static, TObject, TProperties } from 'typebox';
import Type from 'typebox';
import { catalogue } from './errors.ts';

const errors = catalogue('SETTINGS', {
  INVALID: {
    status: 400,
    message: (name: string, problem: string) => `setting ${name} ${problem}`,
    field: (name: string) => name,
  },
  UNKNOWN: {
    status: 400,
    message: (name: string, known: string) => `there is no setting ${name}; this service has: ${known}`,
    field: (name: string) => name,
  },
});

/** What may change while a service runs. Read `values` at the moment of use; never keep a copy. */
export interface Settings<T extends TProperties = TProperties> {
  readonly values: Readonly<Static<TObject<T>>>;
  readonly schema: TObject<T>;
  /** Validates and applies `patch` as a whole, or throws and changes nothing. */
  patch(patch: Record<string, unknown>): { before: Record<string, unknown>; after: Record<string, unknown> };
  onChange(listener: (values: Static<TObject<T>>) => void): void;
}

/**
 * @param properties one flat schema per setting, each with a default; names are dotted, `ingest.max_events_per_second`
 * @param initial values the operator released with this revision
 * @throws AppError SETTINGS_INVALID or SETTINGS_UNKNOWN naming the setting
 */
export function createSettings<T extends TProperties>(
  properties: T,
  initial: Record<string, unknown> = {},
): Settings<T> {
  const schema = Type.Object(properties, { additionalProperties: false });
  const validate = new Ajv({ strict: false, strictNumbers: true, useDefaults: true }).compile(schema);
  const listeners: ((values: Static<TObject<T>>) => void)[] = [];
  let values = {} as Static<TObject<T>>;

  const check = (candidate: Record<string, unknown>): Static<TObject<T>> => {
    const unknown = Object.keys(candidate).find((name) => !(name in properties));
    if (unknown !== undefined) throw errors.UNKNOWN(unknown, Object.keys(properties).join(', ') || 'none');
    const next = { ...candidate };
    if (!validate(next)) {
      const [problem] = validate.errors ?? [];
      const allowed = problem?.params.allowedValues as string[] | undefined;
      throw errors.INVALID(
        problem?.instancePath.slice(1) ?? '',
        `${problem?.message ?? 'is invalid'}${allowed ? `: ${allowed.join(', ')}` : ''}`,
      );
    }
    return next as Static<TObject<T>>;
  };

  values = check(initial);
  return {
    get values() {
      return values;
    },
    schema,
    patch(patch) {
      const before = values as Record<string, unknown>;
      const next = check({ ...before, ...patch });
      values = next;
      for (const listener of listeners) listener(next);
      const pick = (from: Record<string, unknown>) =>
        Object.fromEntries(Object.keys(patch).map((name) => [name, from[name]]));
      return { before: pick(before), after: pick(next as Record<string, unknown>) };
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
