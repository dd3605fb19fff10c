import type { Model } from '../store/models.ts';
import { STAGES, type Version } from '../store/versions.ts';

const toTags = (tags: Record<string, string>) => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** MLflow's ModelVersion. Timestamps are business time, epoch ms. @param base URL of this registry */
export const toModelVersion = (version: Version, base: string) => ({
  name: version.model,
  version: version.version,
  creation_timestamp: version.createdMs,
  last_updated_timestamp: version.updatedMs,
  user_id: version.createdBy,
  current_stage: version.stage,
  description: version.description,
  source: sourceOf(version, base),
  run_id: version.runId,
  run_link: version.runLink,
  status: 'READY',
  tags: toTags(version.tags),
  aliases: version.aliases,
});

/** MLflow's RegisteredModel. */
export const toRegisteredModel = (model: Model, versions: Version[], base: string) => ({
  name: model.name,
  creation_timestamp: model.createdMs,
  last_updated_timestamp: model.updatedMs,
  description: model.description,
  latest_versions: latestOf(versions).map((version) => toModelVersion(version, base)),
  tags: toTags(model.tags),
  aliases: Object.entries(model.aliases).map(([alias, version]) => ({ alias, version })),
});

/** Where the bytes can be fetched: this registry for an artifact of ours, else what the client said. */
export const sourceOf = ({ source, manifest }: Version, base: string): string =>
  manifest ? `${base}/v1/artifacts/${manifest.digest}` : source;

/** The newest version of each stage. @param versions of one model, oldest first */
export const latestOf = (versions: Version[], stages: readonly string[] = STAGES): Version[] =>
  stages.flatMap((stage) => versions.findLast((version) => version.stage === stage) ?? []);
