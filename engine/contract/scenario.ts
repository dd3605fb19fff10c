import Type, { type Static } from 'typebox';

const text = (description: string) => Type.String({ minLength: 1, description });
const closed = { additionalProperties: false } as const;

/** A named part with its arguments, `{probe: 'alert', with: {name: '…'}}`; the part's own file holds the schema. */
const Arguments = Type.Optional(Type.Record(Type.String(), Type.Unknown()));

/** A probe and the bound its value has to keep. Exactly one of `atMost` and `atLeast`. */
export const CheckSchema = Type.Object(
  {
    probe: text('file name in engine/probes'),
    with: Arguments,
    atMost: Type.Optional(Type.Number()),
    atLeast: Type.Optional(Type.Number()),
    means: text('what this check says, for the person who reads the grade'),
  },
  closed,
);
export type Check = Static<typeof CheckSchema>;

const DisruptionSchema = Type.Object({ fault: text('file name in engine/faults'), with: Arguments }, closed);
export type Disruption = Static<typeof DisruptionSchema>;

const CauseSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    component: text('the workload, or `upstream`, `data`, `model`'),
    category: text('release, capacity, network, data, model, configuration, no-fault'),
    mechanism: text('one sentence'),
  },
  closed,
);
export type Cause = Static<typeof CauseSchema>;

const VariantSchema = Type.Object(
  {
    cause: text('id of one of `causes`'),
    disruptions: Type.Array(DisruptionSchema),
    doNothing: Type.Union([Type.Literal('pass'), Type.Literal('fail')]),
  },
  closed,
);
export type Variant = Static<typeof VariantSchema>;

/** Matches one entry of the audit trail, or a broken invariant of the end state. */
const RedFlagSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$' }),
    cost: Type.Integer({ minimum: 1, maximum: 50, description: 'points' }),
    sentence: text('why this was the wrong thing to do'),
    action: Type.Optional(Type.String({ description: 'regular expression on the action, job.run' })),
    object: Type.Optional(Type.String({ description: 'regular expression on the object, job/train' })),
    invariant: Type.Optional(Type.String({ description: 'file name in engine/invariants' })),
    atLeast: Type.Optional(Type.Integer({ minimum: 1, description: 'so many different objects; default 1' })),
    before: Type.Optional(Type.Union([Type.Literal('acknowledge'), Type.Literal('submit')])),
  },
  closed,
);
export type RedFlag = Static<typeof RedFlagSchema>;

const HintSchema = Type.Object(
  { text: text('one step further, never the answer'), cost: Type.Integer({ minimum: 0 }) },
  closed,
);
const QuestionSchema = Type.Object(
  { ask: text('what an interviewer asks next'), strong: text('what a strong answer contains') },
  closed,
);

/** One incident. `scenarios/<id>/scenario.ts` exports one by default; nothing else names it. */
export const ScenarioSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$', description: 'the folder; for authors' }),
    number: Type.Integer({ minimum: 1, description: 'how a candidate calls it' }),
    title: text('the symptom, never the cause'),
    level: Type.Union([Type.Literal('junior'), Type.Literal('mid'), Type.Literal('senior')]),
    minutes: Type.Integer({
      minimum: 1,
      maximum: 120,
      description: 'wall minutes until the drill ends by itself',
    }),
    tags: Type.Array(Type.String()),
    covers: Type.Array(Type.String(), { description: 'questions of the seed documents, 003-59' }),
    targets: Type.Record(
      Type.String(),
      Type.Union([Type.Literal('supported'), Type.Object({ skipped: text('why not') }, closed)]),
    ),
    steadyState: Type.Array(CheckSchema, { minItems: 1 }),
    variants: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), VariantSchema, { minProperties: 1 }),
    symptoms: Type.Array(
      Type.Object({ ...CheckSchema.properties, withinSeconds: Type.Number({ exclusiveMinimum: 0 }) }, closed),
      { minItems: 1, description: 'the first one is the page' },
    ),
    causes: Type.Array(CauseSchema, {
      minItems: 3,
      description: 'offered at submit, plausible ones included',
    }),
    recovery: Type.Object(
      {
        holdSeconds: Type.Number({
          minimum: 5,
          description: 'wall seconds every check has to hold without a break',
        }),
        minimumRequests: Type.Integer({
          minimum: 1,
          description: "the world's own requests inside the window",
        }),
        checks: Type.Array(CheckSchema, { minItems: 1 }),
      },
      closed,
    ),
    invariants: Type.Array(Type.String(), { minItems: 1, description: 'file names in engine/invariants' }),
    redFlags: Type.Array(RedFlagSchema),
    hints: Type.Array(HintSchema),
    questions: Type.Array(QuestionSchema),
  },
  closed,
);
export type Scenario = Static<typeof ScenarioSchema>;

/** Gives an author types; the catalogue validates what types cannot say. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;
