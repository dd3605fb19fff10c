import type { ModelManifest } from '../../lib/contract/registry.ts';
import { errors } from './errors.ts';

/**
 * What a schema cannot say about a manifest: its parts agree with each other.
 * @throws AppError REG_MANIFEST_INCONSISTENT naming the field
 */
export function checkManifest({ inputs, baselines, golden, metrics, thresholds }: ModelManifest): void {
  const refuse = (field: string, problem: string) => {
    throw errors.MANIFEST_INCONSISTENT(`manifest.${field}`, problem);
  };
  if (inputs.length === 0) refuse('inputs', 'is empty; name at least one input');
  const names = inputs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) refuse('inputs', `names ${twice} twice`);
  for (const name of [...names, 'score']) {
    const baseline = baselines[name];
    if (!baseline)
      refuse(`baselines.${name}`, 'is missing; give one histogram per input and one of the score');
    else if (baseline.counts.length !== baseline.edges.length + 1) {
      refuse(`baselines.${name}.counts`, 'must have one entry more than edges');
    }
  }
  if (!metrics.overall) refuse('metrics.overall', 'is missing');
  const { review, decline } = thresholds;
  if (!(review >= 0 && review <= decline && decline <= 1)) {
    refuse('thresholds', 'must satisfy 0 <= review <= decline <= 1');
  }
  for (const [i, { features }] of golden.entries()) {
    if (features.length !== inputs.length) {
      refuse(`golden.${i}.features`, `has ${features.length} values for ${inputs.length} inputs`);
    }
  }
}
