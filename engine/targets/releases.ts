import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errors } from './errors.ts';
import { digestOf, filesBelow, isSource, sourceFiles } from './source.ts';
import { BUILT_IN } from './target.ts';

/** Hexadecimal digits that name a release: enough to be unique here, few enough to be read out. */
const DIGITS = 12;

/**
 * Source trees that were released over the repository's own, each a whole copy under the digest of its content:
 *
 *   <folder>/3fa9c1d20b7e/{services,lib,package.json}, node_modules → the repository's
 *
 * Every file is copied at the same moment, so that nothing but the content tells which ones are new.
 */
export class Releases {
  readonly #folder: string;
  readonly #repository: string;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param folder where the copies are kept; made when first needed
   * @param repository absolute path of what runs when nothing was released over it
   */
  constructor(folder: string, repository: string) {
    this.#folder = folder;
    this.#repository = repository;
  }

  /** One after the other: nothing is removed between a copy being made and a revision naming it. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /**
   * Where the source of a revision lies.
   * @throws AppError TARGET_RELEASE_GONE
   */
  rootOf(code: string): string {
    const root = this.pathOf(code);
    if (!existsSync(root)) throw errors.RELEASE_GONE(code);
    return root;
  }

  has(code: string): boolean {
    return existsSync(this.pathOf(code));
  }

  /** The same, whether it is there or not. */
  pathOf(code: string): string {
    return code === BUILT_IN ? this.#repository : join(this.#folder, code);
  }

  /**
   * A copy of the repository with the files of `overlay` over it.
   * @param overlay absolute path of a folder laid out as the repository is
   * @param adds files of the overlay that are meant to be new
   * @returns the name of the copy; the same content has the same
   * @throws AppError TARGET_OVERLAY_MISSING, TARGET_OVERLAY_EMPTY, TARGET_OVERLAY_NOT_SOURCE,
   *   TARGET_OVERLAY_UNKNOWN_FILE, TARGET_OVERLAY_NOT_NEW
   */
  async build(overlay: string, adds: readonly string[] = []): Promise<string> {
    const files = new Map(
      (await sourceFiles(this.#repository)).map((path) => [path, join(this.#repository, path)]),
    );
    for (const path of await this.#overlayFiles(overlay, files, adds)) files.set(path, join(overlay, path));
    const code = (await digestOf(files)).slice(0, DIGITS);
    if (!existsSync(this.pathOf(code))) await this.#copy(files, this.pathOf(code));
    return code;
  }

  /** Removes every copy that no revision names any more, and what an interrupted one left. */
  async prune(named: ReadonlySet<string>): Promise<void> {
    if (!existsSync(this.#folder)) return;
    const unnamed = (await readdir(this.#folder)).filter((name) => !named.has(name));
    for (const name of unnamed) await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  async #overlayFiles(
    overlay: string,
    known: ReadonlyMap<string, string>,
    adds: readonly string[],
  ): Promise<string[]> {
    if (!existsSync(overlay)) throw errors.OVERLAY_MISSING(overlay);
    const paths = await filesBelow(overlay);
    if (paths.length === 0) throw errors.OVERLAY_EMPTY(overlay);
    for (const path of paths) {
      const plain = (await lstat(join(overlay, path))).isFile();
      if (!plain || !isSource(path)) throw errors.OVERLAY_NOT_SOURCE(path);
      if (!known.has(path) && !adds.includes(path)) throw errors.OVERLAY_UNKNOWN_FILE(path);
    }
    const wrong = adds.find((path) => known.has(path) || !paths.includes(path));
    if (wrong !== undefined) throw errors.OVERLAY_NOT_NEW(wrong);
    return paths;
  }

  async #copy(files: ReadonlyMap<string, string>, to: string): Promise<void> {
    const draft = join(this.#folder, `.${randomBytes(6).toString('hex')}`);
    try {
      const folders = new Set([...files.keys()].map((path) => dirname(path)));
      for (const folder of folders) await mkdir(join(draft, folder), { recursive: true });
      for (const [path, from] of files) await copyFile(from, join(draft, path));
      await symlink(join(this.#repository, 'node_modules'), join(draft, 'node_modules'));
      // Under its name it is whole: a crash leaves a draft, which the next pruning takes.
      await rename(draft, to);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }
}
