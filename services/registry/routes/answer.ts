import type { ModelVersion } from '../../../lib/contract/registry.ts';
import { errors } from '../errors.ts';
import type { Version } from '../store/versions.ts';

/**
 * A version as the contract describes it.
 * @throws AppError REG_VERSION_WITHOUT_ARTIFACT for one that came through MLflow's API as metadata only
 */
export function toModelVersion(version: Version): ModelVersion {
  const { manifest } = version;
  if (!manifest) throw errors.VERSION_WITHOUT_ARTIFACT(version.model, version.version);
  return {
    name: version.model,
    version: version.version,
    created_at: new Date(version.createdMs).toISOString(),
    created_by: version.createdBy,
    description: version.description,
    aliases: version.aliases,
    tags: version.tags,
    manifest,
  };
}
