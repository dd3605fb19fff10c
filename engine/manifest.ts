import { Ajv } from 'ajv';
import {
  type Check,
  type Disruption,
  type Incident,
  incidentOf,
  type Scenario,
  ScenarioSchema,
} from './contract/scenario.ts';
import { errors } from './errors.ts';
import { checkArguments, type Parts } from './parts.ts';

const validate = new Ajv({ strict: false }).compile(ScenarioSchema);

/** Without it a pass could be had by sending the customers away, or by slowing the clock. */
const NEEDED_INVARIANT = 'world';

type Refuse = (field: string, reason: string) => Error;

/**
 * What the types of a scenario cannot say: parts exist, their arguments fit, causes are offered, bounds make sense.
 * Each variant is checked as the incident it makes, with its own words over the family's.
 * @throws AppError DRILL_SCENARIO_INVALID with file, field and reason
 */
export function checkScenario(parts: Parts, scenario: Scenario, slug: string): void {
  const refuse: Refuse = (field, reason) =>
    errors.SCENARIO_INVALID(`scenarios/${slug}/scenario.ts`, field, reason);
  if (!validate(scenario)) {
    const [problem] = validate.errors ?? [];
    const extra = problem?.params.additionalProperty ?? problem?.params.missingProperty;
    const field = problem?.instancePath.slice(1).replaceAll('/', '.') || 'scenario';
    throw refuse(field, `${problem?.message}${extra === undefined ? '' : ` (${extra})`}`);
  }
  if (scenario.id !== slug) throw refuse('id', `is ${scenario.id}, but the folder is ${slug}`);
  for (const [name, variant] of Object.entries(scenario.variants)) {
    if (!scenario.causes.some(({ id }) => id === variant.cause)) {
      throw refuse(`variants.${name}.cause`, `${variant.cause} is not one of causes`);
    }
    const own = (field: keyof Incident) => (field in variant ? `variants.${name}.${field}` : field);
    checkIncident(parts, incidentOf(scenario, name), own, refuse);
  }
}

/** @param at where a field stands: with the family or with the variant */
function checkIncident(
  parts: Parts,
  incident: Incident,
  at: (field: keyof Incident) => string,
  refuse: Refuse,
): void {
  const checks = (field: string, all: readonly Check[]) => {
    for (const [i, check] of all.entries()) checkOne(parts, check, `${field}.${i}`, refuse);
  };
  const disruptions = (field: string, all: readonly Disruption[] = []) => {
    for (const [i, one] of all.entries()) disrupts(parts, one, `${field}.${i}`, refuse);
  };
  const { steadyState, symptoms, recovery, durability, prevention, invariants, redFlags } = incident;
  checks(at('steadyState'), steadyState);
  checks(at('symptoms'), symptoms);
  checks(`${at('recovery')}.checks`, recovery.checks);
  checks(`${at('prevention')}.checks`, prevention?.checks ?? []);
  disruptions(at('posture'), incident.posture);
  disruptions(at('decoys'), incident.decoys);
  disruptions(at('disruptions'), incident.disruptions);
  disruptions(`${at('durability')}.replay`, durability?.replay);
  disruptions(`${at('prevention')}.again`, prevention?.again);

  if (!recovery.checks.some(({ probe }) => parts.probes.get(probe)?.oracle)) {
    const oracles = [...parts.probes].filter(([, { oracle }]) => oracle).map(([name]) => name);
    throw refuse(
      `${at('recovery')}.checks`,
      `needs one that does not trust the product's own metrics: ${oracles.join(', ')}`,
    );
  }
  for (const name of invariants) {
    if (!parts.invariants.has(name))
      throw refuse(at('invariants'), `there is no engine/invariants/${name}.ts`);
  }
  if (!invariants.includes(NEEDED_INVARIANT)) {
    throw refuse(at('invariants'), `needs ${NEEDED_INVARIANT}: rate, mix and clock are nobody's to change`);
  }
  for (const flag of redFlags) {
    const field = `${at('redFlags')}.${flag.id}`;
    if (!flag.action && !flag.invariant) throw refuse(field, 'needs an action or an invariant to match');
    if (flag.invariant && !invariants.includes(flag.invariant)) {
      throw refuse(`${field}.invariant`, `${flag.invariant} is not one of invariants`);
    }
  }
}

function checkOne(parts: Parts, check: Check, field: string, refuse: Refuse): void {
  const probe = parts.probes.get(check.probe);
  if (!probe) throw refuse(`${field}.probe`, `there is no engine/probes/${check.probe}.ts`);
  const outcome = checkArguments(probe.arguments, check.with);
  if ('problem' in outcome) throw refuse(field, outcome.problem);
  const wrong = probe.refuse?.(outcome.args);
  if (wrong !== undefined) throw refuse(`${field}.with`, wrong);
  if ((check.atMost === undefined) === (check.atLeast === undefined)) {
    throw refuse(field, 'needs exactly one of atMost and atLeast');
  }
  const range = typeof probe.range === 'function' ? probe.range(outcome.args) : probe.range;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range ?? {};
  if ((check.atMost ?? max) < min || (check.atLeast ?? min) > max) {
    const bound = check.atMost === undefined ? `atLeast ${check.atLeast}` : `atMost ${check.atMost}`;
    throw refuse(field, `${bound} cannot be: ${check.probe} lies between ${min} and ${max}`);
  }
}

function disrupts(parts: Parts, { fault: name, with: given }: Disruption, field: string, refuse: Refuse) {
  const fault = parts.faults.get(name);
  if (!fault) throw refuse(`${field}.fault`, `there is no engine/faults/${name}.ts`);
  const outcome = checkArguments(fault.arguments, given);
  if ('problem' in outcome) throw refuse(field, outcome.problem);
}
