import Type, { type Static, type TObject } from 'typebox';

/** Defaults that depend on what is protected. */
export interface AdmissionDefaults {
  /** Requests under way at most. */
  limitMax: number;
  targetMs: number;
}

/**
 * Settings of an admission, the same names in every service that has one.
 * @param what is protected, for the descriptions
 */
export function admissionSettings(what: string, { limitMax, targetMs }: AdmissionDefaults) {
  return {
    'admission.enabled': Type.Boolean({
      default: true,
      description: `whether requests beyond what ${what} can bear are turned away at once`,
    }),
    'admission.limit_min': Type.Integer({
      default: 64,
      minimum: 1,
      maximum: 10_000,
      description: 'requests under way that are always let in',
    }),
    'admission.limit_max': Type.Integer({
      default: limitMax,
      minimum: 1,
      maximum: 10_000,
      description: 'requests under way at most; the limit moves between the two',
    }),
    'admission.target_ms': Type.Integer({
      default: targetMs,
      minimum: 1,
      maximum: 60_000,
      description: 'wall ms an answer may take before the limit falls',
    }),
    'admission.queue': Type.Integer({
      default: 256,
      minimum: 0,
      maximum: 10_000,
      description: 'requests that wait for a place at most',
    }),
    'admission.wait_ms': Type.Integer({
      default: 200,
      minimum: 1,
      maximum: 60_000,
      description: 'wall ms a request waits for a place at most',
    }),
    'admission.standing_wait_ms': Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 60_000,
      description:
        'the same once somebody of its priority has been waiting for all of the last admission.wait_ms',
    }),
  };
}
export type AdmissionSettings = Static<TObject<ReturnType<typeof admissionSettings>>>;
