import { docker, tryDocker } from './docker.ts';
import type { ComposeProject } from './project.ts';

/** Copying takes seconds; a disk that is busy with everything else takes more. */
const COPY_MS = 300_000;
/** Of the image: whom the services run as. */
const OWNER = '1000:1000';

/** The container that reaches every volume while nobody else does: for copies, and for files that are handed over. */
export class Keeper {
  readonly #project: ComposeProject;

  constructor(project: ComposeProject) {
    this.#project = project;
  }

  /** Starts it, in the place of one that a crash left behind. */
  async open(): Promise<void> {
    await this.close();
    await this.#project.compose(['run', '--detach', '--no-deps', '--name', this.#name, 'keeper']);
  }

  async run(script: string): Promise<void> {
    await docker(['exec', this.#name, 'sh', '-ec', script], { timeoutMs: COPY_MS });
  }

  /** Writes files that the services alone may read, by their absolute paths. No content shows in a list of processes. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, input] of Object.entries(files)) {
      const script = `umask 077; cat > '${path}.new'; chown ${OWNER} '${path}.new'; mv '${path}.new' '${path}'`;
      await docker(['exec', '--interactive', this.#name, 'sh', '-ec', script], { input });
    }
  }

  /** Nobody there is not an error. */
  async close(): Promise<void> {
    await tryDocker(['rm', '--force', this.#name]);
  }

  /** Opens it for `work` alone. */
  async during(work: () => Promise<void>): Promise<void> {
    await this.open();
    try {
      await work();
    } finally {
      await this.close();
    }
  }

  get #name(): string {
    return `${this.#project.name}-keeper`;
  }
}
