import { access, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { type Check, type Scenario, ScenarioSchema } from './contract/scenario.ts';
import { errors } from './errors.ts';
import { checkArguments, type Parts } from './parts.ts';

export interface CatalogueEntry {
  scenario: Scenario;
  /** Absolute path of the scenario's folder. */
  folder: string;
}

const SCENARIOS = new URL('../scenarios/', import.meta.url);
const validate = new Ajv({ strict: false }).compile(ScenarioSchema);

/** Every scenario in the folder, by number. @throws AppError DRILL_SCENARIO_INVALID with file, field and reason */
export async function loadCatalogue(parts: Parts, root: URL = SCENARIOS): Promise<CatalogueEntry[]> {
  const names = (await readdir(root, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .sort();
  const entries = await Promise.all(names.map((name) => loadScenario(parts, name, root)));
  const numbers = new Map<number, string>();
  for (const { scenario } of entries) {
    const other = numbers.get(scenario.number);
    if (other)
      throw errors.SCENARIO_INVALID(fileOf(scenario.id), 'number', `${scenario.number} is taken by ${other}`);
    numbers.set(scenario.number, scenario.id);
  }
  return entries.sort((a, b) => a.scenario.number - b.scenario.number);
}

const fileOf = (slug: string) => `scenarios/${slug}/scenario.ts`;

export async function loadScenario(
  parts: Parts,
  slug: string,
  root: URL = SCENARIOS,
): Promise<CatalogueEntry> {
  const folder = new URL(`${slug}/`, root);
  const file = fileOf(slug);
  let scenario: Scenario;
  try {
    scenario = (await import(new URL('scenario.ts', folder).href)).default;
  } catch (error) {
    throw errors.SCENARIO_INVALID(
      file,
      'default export',
      error instanceof Error ? error.message : String(error),
    );
  }
  checkScenario(parts, scenario, slug);
  for (const document of ['README.md', 'DEBRIEF.md']) {
    await access(new URL(document, folder)).catch(() => {
      throw errors.SCENARIO_INVALID(file, document, 'is missing beside the scenario');
    });
  }
  return { scenario, folder: fileURLToPath(folder) };
}

/** What the types cannot say: parts exist, their arguments fit, causes are offered, bounds make sense. */
export function checkScenario(parts: Parts, scenario: Scenario, slug: string): void {
  const file = fileOf(slug);
  const refuse = (field: string, reason: string) => errors.SCENARIO_INVALID(file, field, reason);
  if (!validate(scenario)) {
    const [problem] = validate.errors ?? [];
    const extra = problem?.params.additionalProperty ?? problem?.params.missingProperty;
    const field = `${problem?.instancePath.slice(1).replaceAll('/', '.') || 'scenario'}`;
    throw refuse(field, `${problem?.message}${extra === undefined ? '' : ` (${extra})`}`);
  }
  if (scenario.id !== slug) throw refuse('id', `is ${scenario.id}, but the folder is ${slug}`);

  const checkOne = (field: string, check: Check) => {
    const probe = parts.probes.get(check.probe);
    if (!probe) throw refuse(`${field}.probe`, `there is no engine/probes/${check.probe}.ts`);
    const outcome = checkArguments(probe.arguments, check.with);
    if ('problem' in outcome) throw refuse(`${field}`, outcome.problem);
    if ((check.atMost === undefined) === (check.atLeast === undefined)) {
      throw refuse(field, 'needs exactly one of atMost and atLeast');
    }
  };
  for (const [i, check] of scenario.steadyState.entries()) checkOne(`steadyState.${i}`, check);
  for (const [i, check] of scenario.symptoms.entries()) checkOne(`symptoms.${i}`, check);
  for (const [i, check] of scenario.recovery.checks.entries()) checkOne(`recovery.checks.${i}`, check);

  for (const [name, variant] of Object.entries(scenario.variants)) {
    if (!scenario.causes.some(({ id }) => id === variant.cause)) {
      throw refuse(`variants.${name}.cause`, `${variant.cause} is not one of causes`);
    }
    for (const [i, disruption] of variant.disruptions.entries()) {
      const field = `variants.${name}.disruptions.${i}`;
      const fault = parts.faults.get(disruption.fault);
      if (!fault) throw refuse(`${field}.fault`, `there is no engine/faults/${disruption.fault}.ts`);
      const outcome = checkArguments(fault.arguments, disruption.with);
      if ('problem' in outcome) throw refuse(field, outcome.problem);
    }
  }
  for (const name of scenario.invariants) {
    if (!parts.invariants.has(name)) throw refuse('invariants', `there is no engine/invariants/${name}.ts`);
  }
  for (const flag of scenario.redFlags) {
    if (!flag.action && !flag.invariant)
      throw refuse(`redFlags.${flag.id}`, 'needs an action or an invariant to match');
    if (flag.invariant && !scenario.invariants.includes(flag.invariant)) {
      throw refuse(`redFlags.${flag.id}.invariant`, `${flag.invariant} is not one of invariants`);
    }
  }
}
