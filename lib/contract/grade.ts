import Type, { type Static } from 'typebox';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** One line of a grade: what was asked, what was seen. */
export const GradeLineSchema = Type.Object({
  name: Type.String(),
  outcome: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('inconclusive')]),
  observed: Type.String(),
  threshold: Type.String(),
});

export const GradeSectionSchema = Type.Object({
  name: Type.String(),
  points: Type.Number(),
  of: Type.Number(),
  lines: Type.Array(GradeLineSchema),
});

/** Result of one check of the mitigation. */
export const VerdictSchema = Type.Object({
  at: Type.String({ description: 'wall time, RFC 3339' }),
  outcome: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('inconclusive')]),
  recovery: Type.Array(GradeLineSchema),
  invariants: Type.Array(GradeLineSchema),
  durability: Type.Array(GradeLineSchema, { description: 'what was done to the bank once it had recovered' }),
});

/** The one document about how somebody did; the command line, the console and the report render it. */
export const GradeSchema = Type.Object({
  incident: Type.Integer(),
  title: Type.String(),
  passed: Type.Boolean({ description: 'the bank recovered and nothing was bent to make it look so' }),
  score: Type.Number({ description: '0 to 100' }),
  sections: Type.Array(GradeSectionSchema),
  deductions: Type.Array(Type.Object({ reason: Type.String(), points: Type.Number() })),
  times: Type.Object(
    {
      detect: nullable(Type.Number()),
      locate: nullable(Type.Number()),
      mitigate: nullable(Type.Number()),
    },
    { description: 'wall seconds since the symptom became visible' },
  ),
  loss: Type.Object({
    requests: Type.Integer(),
    missed_fraud_eur: nullable(Type.Number()),
    customers_declined_wrongly: nullable(Type.Integer()),
  }),
  truth: Type.Object({
    variant: Type.String(),
    seed: nullable(Type.Integer({ description: 'draws the same variant again' })),
    component: Type.String(),
    category: Type.String(),
    mechanism: Type.String(),
  }),
});

export type Grade = Static<typeof GradeSchema>;
export type GradeLine = Static<typeof GradeLineSchema>;
export type GradeSection = Static<typeof GradeSectionSchema>;
export type Verdict = Static<typeof VerdictSchema>;
