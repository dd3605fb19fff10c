import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from './errors.ts';

/** Versions to keep for a rollback without the registry. */
const KEPT = 5;

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Model files of this process, each under the name of its own content, so that a cached file proves itself. */
export class ArtifactCache {
  readonly #folder: string;

  /** @param stateDir the folder of this process; files lie in `artifacts/sha256/` below it */
  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'artifacts', 'sha256');
  }

  /**
   * The bytes a digest names, from the cache or else from `download`, verified either way.
   * @param digest `sha256:<64 hex digits>`, checked by the caller's schema: it becomes a file name
   * @throws AppError MODEL_DIGEST_MISMATCH, and what `download` throws
   */
  async get(digest: string, download: (digest: string) => Promise<Uint8Array>): Promise<Uint8Array> {
    const path = join(this.#folder, digest.slice('sha256:'.length));
    const cached = await readFile(path).catch(() => undefined);
    if (cached && digestOf(cached) === digest) return cached;
    const bytes = await download(digest);
    const got = digestOf(bytes);
    if (got !== digest) throw errors.DIGEST_MISMATCH(digest, got);
    await mkdir(this.#folder, { recursive: true });
    // Renamed into place: a crash in the middle of writing leaves no half file under a good name.
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
    await this.#prune();
    return bytes;
  }

  async #prune(): Promise<void> {
    const files = await Promise.all(
      (await readdir(this.#folder)).map(async (name) => {
        const path = join(this.#folder, name);
        return { path, writtenAt: (await stat(path)).mtimeMs };
      }),
    );
    files.sort((a, b) => b.writtenAt - a.writtenAt);
    await Promise.all(files.slice(KEPT).map(({ path }) => rm(path, { force: true })));
  }
}
