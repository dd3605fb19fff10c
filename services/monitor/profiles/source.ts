import { Ajv } from 'ajv';
import { type ModelVersion, ModelVersionSchema } from '../../../lib/contract/registry.ts';
import { parseView } from '../../../lib/features/view.ts';
import { call } from '../../../lib/kit/call.ts';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import { type Profile, profileOf } from './profile.ts';

const ANSWER_MS = 2_000;

export interface ProfileSource {
  /** @throws Error saying who did not answer what */
  read(key: ModelVersionKey): Promise<{ manifest: string; view: string }>;
}

const isModelVersion = new Ajv({ strict: false }).compile<ModelVersion>(ModelVersionSchema);

/** Manifests from the registry, the views they pin from the feature service. */
export function connectProfiles(registryUrl: string, featuresUrl: string): ProfileSource {
  const get = async (who: string, url: string): Promise<unknown> => {
    const answer = await call(url, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((error: unknown) => {
      throw new Error(`${who} does not answer (${messageOf(error)})`);
    });
    if (!answer.ok)
      throw new Error(`${who} answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
    return answer.json();
  };
  return {
    async read({ model, version }) {
      const path = `/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
      const registered = await get('the registry', registryUrl + path);
      if (!isModelVersion(registered)) throw new Error(`the manifest of ${model} ${version} is not valid`);
      const { name, version: number } = registered.manifest.feature_view;
      const view = await get('the feature service', `${featuresUrl}/v1/views/${name}/versions/${number}`);
      return { manifest: JSON.stringify(registered.manifest), view: (view as { yaml: string }).yaml };
    },
  };
}

/** @throws Error when a stored text is not what it was */
export const readProfile = (key: ModelVersionKey, stored: { manifest: string; view: string }): Profile =>
  profileOf(key, JSON.parse(stored.manifest), parseView(stored.view));
