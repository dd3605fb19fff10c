import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../lib/kit/errors.ts';

const BUILT = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
const INSTALLED = ['etcd', 'kubectl'] as const;

/** What a control plane consists of. */
export type Program = (typeof BUILT)[number] | (typeof INSTALLED)[number];
export type Programs = Record<Program, string>;

/**
 * Kubernetes' servers from $KUBERNETES_BIN, or where .ci/kubernetes/build puts them; etcd and kubectl from
 * the PATH.
 * @throws Error naming everything absent and how to get it
 */
export function findPrograms(): Programs {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = process.env.KUBERNETES_BIN ?? join(cache, 'firedrill-ci', 'kubernetes');
  const notBuilt = BUILT.filter((name) => !existsSync(join(folder, name)));
  const notInstalled = INSTALLED.filter((name) => spawnSync('which', [name]).status !== 0);
  if (notBuilt.length > 0)
    throw new Error(
      `no ${notBuilt.join(', ')} in ${folder}; build them with .ci/kubernetes/build (needs Go)`,
    );
  if (notInstalled.length > 0)
    throw new Error(`no ${notInstalled.join(', ')} on the PATH (Debian: etcd-server, kubernetes-client)`);
  const built = BUILT.map((name) => [name, join(folder, name)] as const);
  const installed = INSTALLED.map((name) => [name, name] as const);
  return Object.fromEntries([...built, ...installed]) as Programs;
}

/** Why there can be no cluster on this machine; undefined when there can: for `describe.skipIf`. */
export function whyNoCluster(): string | undefined {
  try {
    findPrograms();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
