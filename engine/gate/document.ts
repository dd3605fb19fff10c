import Type, { type Static } from 'typebox';

const Seconds = Type.Number({ description: 'wall seconds, one decimal' });

const KINDS = [
  'manifest',
  'page',
  'symptom',
  'debrief',
  'do nothing',
  'cheat',
  'solution',
  'restored',
] as const;

/** One thing the gate asked of a variant. */
export const StepSchema = Type.Object({
  kind: Type.Unsafe<(typeof KINDS)[number]>({ type: 'string', enum: [...KINDS] }),
  name: Type.String(),
  outcome: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('skipped')]),
  seconds: Seconds,
  evidence: Type.Array(Type.String(), { description: 'what was seen, a line each; of a failure always' }),
});
export type Step = Static<typeof StepSchema>;

export const GatedSchema = Type.Object({
  scenario: Type.String(),
  variant: Type.String(),
  passed: Type.Boolean(),
  seconds: Seconds,
  page_seconds: Type.Union([Seconds, Type.Null()], { description: 'from the injection to the page' }),
  waits_for_labels: Type.Boolean(),
  steps: Type.Array(StepSchema),
});
/** What became of one variant at the gate. */
export type Gated = Static<typeof GatedSchema>;

export const GateDocumentSchema = Type.Object({
  passed: Type.Boolean(),
  started_at: Type.String({ description: 'wall time, RFC 3339' }),
  seconds: Seconds,
  platforms: Type.Integer({ description: 'so many at a time' }),
  median_page_seconds: Type.Union([Seconds, Type.Null()], {
    description: 'over the variants whose page does not wait for labels',
  }),
  refused: Type.Array(
    Type.Object({ scenario: Type.String(), field: Type.String(), message: Type.String() }),
    { description: 'scenarios that cannot be used: file, field, reason' },
  ),
  variants: Type.Array(GatedSchema),
});
/** The one document about a run of the gate; `./drill validate` renders it. */
export type GateDocument = Static<typeof GateDocumentSchema>;
