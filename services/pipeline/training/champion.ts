import type { ModelVersion } from '../../../lib/contract/registry.ts';
import { areaUnderRoc } from '../../../lib/stats/classification.ts';
import type { GateInput } from './gates.ts';
import type { Peer } from './peer.ts';
import { scoreOnnx } from './scorer.ts';
import type { Part } from './split.ts';

/** Measures the version behind the alias on the candidate's test rows. Null when there is none yet. */
export async function measureChampion(
  registry: Peer,
  model: string,
  alias: string,
  test: Part,
): Promise<GateInput['champion']> {
  const version = await registry.json<ModelVersion>(`/v1/models/${model}/aliases/${alias}`);
  if (!version) return null;
  const { inputs, digest, metrics } = version.manifest;
  const sameInputs =
    inputs.length === test.featureNames.length &&
    inputs.every(({ name }, f) => name === test.featureNames[f]);
  const scores = sameInputs
    ? await scoreOnnx(await registry.bytes(`/v1/artifacts/${digest}`), test.columns)
    : null;
  const auc = scores && areaUnderRoc(scores, test.labels);
  return auc === null
    ? { version: version.version, auc: metrics.overall!.auc, sameRows: false }
    : { version: version.version, auc, sameRows: true };
}
