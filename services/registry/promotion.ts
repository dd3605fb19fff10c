import { AppError } from '../../lib/kit/errors.ts';
import type { Artifacts } from './artifacts.ts';
import { errors } from './errors.ts';
import type { Author } from './store/journal.ts';
import type { Store } from './store/store.ts';
import type { Version } from './store/versions.ts';

/** Verifies a version's bytes for a changing call. @throws AppError REG_ARTIFACT_NOT_STORED, REG_ARTIFACT_CORRUPT */
export async function verifyStored(artifacts: Artifacts, digest: string): Promise<void> {
  await artifacts.verify(digest).catch((error: unknown) => {
    const missing = error instanceof AppError && error.code === 'REG_ARTIFACT_UNKNOWN';
    throw missing ? errors.ARTIFACT_NOT_STORED(digest) : error;
  });
}

/**
 * Points an alias at a version after reading its artifact to the last byte: whoever follows the alias can load it.
 *
 * A model known only through MLflow's API, as pure metadata, has no artifacts and may use aliases as it likes. Once
 * one of its versions has a manifest, somebody may be serving it, and a version without one is refused.
 * @throws AppError REG_MODEL_UNKNOWN, REG_VERSION_UNKNOWN, REG_ALIAS_RESERVED, REG_VERSION_WITHOUT_ARTIFACT,
 *   REG_ARTIFACT_NOT_STORED, REG_ARTIFACT_CORRUPT
 */
export async function promote(
  { store, artifacts }: { store: Store; artifacts: Artifacts },
  to: { model: string; alias: string; version: string },
  author: Author,
): Promise<Version> {
  const { model, alias, version } = to;
  if (/^(latest|v\d+)$/i.test(alias)) throw errors.ALIAS_RESERVED(alias);
  const { manifest } = store.versions.get(model, version);
  if (manifest) await verifyStored(artifacts, manifest.digest);
  else if (store.versions.list(model).some((other) => other.manifest !== null)) {
    throw errors.VERSION_WITHOUT_ARTIFACT(model, version);
  }
  return store.aliases.set(model, alias, version, author);
}
