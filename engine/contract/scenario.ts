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

/** What has to come back, and for how long it has to stay. */
const RecoverySchema = Type.Object(
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
);

/** What is done to the bank once it has recovered: a cure that a restart undoes is none. */
const DurabilitySchema = Type.Object(
  {
    replay: Type.Array(DisruptionSchema, {
      minItems: 1,
      description: 'a restart, the job or the event again',
    }),
    holdSeconds: Type.Number({ minimum: 5, description: 'wall seconds the recovery has to hold after it' }),
    withinSeconds: Type.Number({
      minimum: 0,
      default: 20,
      description: 'wall seconds it may take to get there',
    }),
    means: text('what this shows, for the person who reads the grade'),
  },
  closed,
);

/** The same fault again, after a cure that passed. Whoever has seen to it that it cannot hurt any more has a bonus. */
const PreventionSchema = Type.Object(
  {
    again: Type.Array(DisruptionSchema, { minItems: 1 }),
    afterSeconds: Type.Number({ minimum: 0, description: 'wall seconds until it would hurt' }),
    holdSeconds: Type.Number({ minimum: 5 }),
    checks: Type.Array(CheckSchema, { minItems: 1 }),
    points: Type.Integer({ minimum: 1, maximum: 10 }),
    means: text('what was prevented, for the person who reads the grade'),
  },
  closed,
);

const TargetSupport = Type.Union([
  Type.Literal('supported'),
  Type.Object({ skipped: text('why not') }, closed),
]);

const targets = Type.Record(Type.String(), TargetSupport, {
  description: 'by target; a variant names those on which it differs from its family',
});

/** What a scenario says for all its variants, and any of them may say otherwise. */
const incident = {
  workload: Type.Record(Type.String(), Type.Unknown(), {
    description: "the world's settings while it runs, {'traffic.rate': 80}",
  }),
  posture: Type.Array(DisruptionSchema, {
    description:
      'how this bank is set up before anything happens: guards on or off, done with the parts of faults',
  }),
  steadyState: Type.Array(CheckSchema, { minItems: 1 }),
  symptoms: Type.Array(
    Type.Object(
      {
        ...CheckSchema.properties,
        withinSeconds: Type.Number({ exclusiveMinimum: 0 }),
        waitsForLabels: Type.Optional(
          Type.Literal(true, { description: 'what it measures is known only when labels have come' }),
        ),
      },
      closed,
    ),
    { minItems: 1, description: 'the first one is the page' },
  ),
  recovery: RecoverySchema,
  invariants: Type.Array(Type.String(), { minItems: 1, description: 'file names in engine/invariants' }),
  durability: DurabilitySchema,
  prevention: PreventionSchema,
  redFlags: Type.Array(RedFlagSchema),
};

const VariantSchema = Type.Object(
  {
    cause: text('id of one of `causes`'),
    disruptions: Type.Array(DisruptionSchema, { description: 'in the order in which they happen' }),
    decoys: Type.Optional(
      Type.Array(DisruptionSchema, { description: 'harmless things that happen at the same time' }),
    ),
    doNothing: Type.Union([Type.Literal('pass'), Type.Literal('fail')]),
    noFault: Type.Optional(Type.Literal(true, { description: 'a false alarm: nothing has to be mended' })),
    targets: Type.Optional(targets),
    ...(Object.fromEntries(
      Object.entries(incident).map(([name, schema]) => [name, Type.Optional(schema)]),
    ) as { [K in keyof typeof incident]: ReturnType<typeof Type.Optional<(typeof incident)[K]>> }),
  },
  closed,
);
export type Variant = Static<typeof VariantSchema>;

const { workload, posture, durability, prevention, ...required } = incident;

/** One family of incidents. `scenarios/<id>/scenario.ts` exports one by default; nothing else names it. */
export const ScenarioSchema = Type.Object(
  {
    id: Type.String({ pattern: '^_?[a-z0-9-]+$', description: 'the folder; for authors' }),
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
    targets,
    workload: Type.Optional(workload),
    posture: Type.Optional(posture),
    durability: Type.Optional(durability),
    prevention: Type.Optional(prevention),
    ...required,
    variants: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), VariantSchema, { minProperties: 1 }),
    causes: Type.Array(CauseSchema, {
      minItems: 3,
      description: 'offered at submit for all variants together, plausible ones included',
    }),
    hints: Type.Array(HintSchema),
    questions: Type.Array(QuestionSchema),
  },
  closed,
);
export type Scenario = Static<typeof ScenarioSchema>;

/** Why a variant cannot be played on a target; undefined when it can. */
export function whyVariantNotOn(
  { targets, variants }: Pick<Scenario, 'targets' | 'variants'>,
  name: string,
  target: string,
): string | undefined {
  const support = variants[name]?.targets?.[target] ?? targets[target];
  if (support === 'supported') return undefined;
  return support?.skipped ?? 'nobody has tried it there';
}

/** Names of the variants that can be played on a target, in the family's order. */
export const variantsOn = (scenario: Pick<Scenario, 'targets' | 'variants'>, target: string): string[] =>
  Object.keys(scenario.variants).filter((name) => whyVariantNotOn(scenario, name, target) === undefined);

/** Why none of its variants can be played on a target; undefined when one can. */
export function whyNotOn(
  scenario: Pick<Scenario, 'targets' | 'variants'>,
  target: string,
): string | undefined {
  if (variantsOn(scenario, target).length > 0) return undefined;
  return whyVariantNotOn(scenario, Object.keys(scenario.variants)[0]!, target);
}

/** A scenario as one of its variants tells it: the variant's own words before the family's. */
export interface Incident extends Omit<Scenario, 'variants' | 'workload' | 'posture'> {
  variant: string;
  cause: Cause;
  workload: Record<string, unknown>;
  posture: readonly Disruption[];
  disruptions: readonly Disruption[];
  decoys: readonly Disruption[];
  doNothing: 'pass' | 'fail';
  noFault: boolean;
}

/** @throws Error when there is no such variant, or its cause is none of the family's */
export function incidentOf({ variants, ...family }: Scenario, name: string): Incident {
  const variant = variants[name];
  const cause = family.causes.find(({ id }) => id === variant?.cause);
  if (!variant || !cause) throw new Error(`scenario ${family.id} has no variant ${name} with a known cause`);
  const told = { posture: [], decoys: [], noFault: false, ...family, ...variant };
  const { workload = {} } = told;
  const targets = { ...family.targets, ...variant.targets };
  return {
    ...told,
    targets,
    workload,
    posture: [...trafficOf(workload), ...told.posture],
    variant: name,
    cause,
  };
}

/** The customers are set up like everything else. */
const trafficOf = (settings: Record<string, unknown>): Disruption[] =>
  Object.keys(settings).length === 0
    ? []
    : [
        {
          fault: 'setting',
          with: { workload: 'world', settings, actor: 'platform', reason: 'traffic of the day' },
        },
      ];

/** Gives an author types; the catalogue validates what types cannot say. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;
