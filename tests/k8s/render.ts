import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './manifest.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const runs = (command: readonly string[], flag: string) =>
  spawnSync(command[0]!, [...command.slice(1), flag], { stdio: 'ignore' }).status === 0;

/** $KUSTOMIZE, `kustomize` on the PATH, or the one inside kubectl. */
function findKustomize(): string[] | undefined {
  const { KUSTOMIZE } = process.env;
  if (KUSTOMIZE) return [KUSTOMIZE, 'build'];
  if (runs(['kustomize'], 'version')) return ['kustomize', 'build'];
  if (runs(['kubectl', 'kustomize'], '--help')) return ['kubectl', 'kustomize'];
  return undefined;
}
export const KUSTOMIZE = findKustomize();

/** A copy of what kustomize reads, with settings of its own: those of the checkout are somebody's, or missing. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'k8s-'));

  constructor() {
    for (const room of ['k8s', 'infra']) {
      cpSync(join(ROOT, room), join(this.folder, room), {
        recursive: true,
        filter: (file) => !file.endsWith('.env'),
      });
    }
  }

  /** Runs k8s/configure. */
  configure(...args: string[]) {
    return spawnSync(join(this.folder, 'k8s/configure'), args, { encoding: 'utf8' });
  }

  /** @param path of a kustomization, from the root of the checkout. @throws what kustomize said */
  render(path: string): Manifest[] {
    const [command, ...args] = KUSTOMIZE!;
    const { status, stdout, stderr } = spawnSync(command!, [...args, join(this.folder, path)], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`kustomize cannot build ${path}: ${stderr}`);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Every kustomization that somebody applies. */
export const APPLIED = ['k8s/overlays/kind', 'k8s/overlays/cloud', 'k8s/jobs/challengers'] as const;

/** All of them rendered, once for a test file. Undefined without kustomize. */
export function renderAll(): Record<(typeof APPLIED)[number], Manifest[]> | undefined {
  if (KUSTOMIZE === undefined) return undefined;
  const checkout = new Checkout();
  try {
    checkout.configure();
    return Object.fromEntries(APPLIED.map((path) => [path, checkout.render(path)])) as Record<
      (typeof APPLIED)[number],
      Manifest[]
    >;
  } finally {
    checkout.remove();
  }
}

export const WITHOUT_KUSTOMIZE =
  'skipped without kustomize: neither $KUSTOMIZE, kustomize nor kubectl is here';
