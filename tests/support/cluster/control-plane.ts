import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../lib/kit/wait.ts';
import { freePorts } from '../ports.ts';
import { type Access, writeAccess } from './access.ts';
import { Daemon } from './daemon.ts';
import { Kubectl } from './kubectl.ts';
import { findPrograms, type Program } from './programs.ts';

/**
 * A Kubernetes without nodes: API server with its admission, controllers and scheduler, on an etcd of their own. Target
 * kubernetes brings nodes along.
 */
export interface ControlPlane {
  readonly kubectl: Kubectl;
  /** Where programs of the test find it. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

const DEADLINE_MS = 180_000;

/** @throws Error naming what is absent, or the last words of a program that left */
export async function startControlPlane(): Promise<ControlPlane> {
  const programs = findPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const [etcd, peer, api] = (await freePorts(3)) as [number, number, number];
  const access = writeAccess(folder, `https://127.0.0.1:${api}`);
  // A home of its own: neither what somebody uses kubectl for nor its cache is ours.
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: access.kubeconfig };
  const daemons: Daemon[] = [];
  const start = (program: Program, args: readonly string[]) => {
    daemons.push(new Daemon(program, programs[program], args, env));
  };
  const kubectl = new Kubectl(programs.kubectl, env);
  const until = (condition: string, look: () => Promise<boolean>) =>
    waitFor(
      condition,
      () => {
        for (const daemon of daemons) daemon.mustRun();
        return look();
      },
      { deadlineMs: DEADLINE_MS, everyMs: 250 },
    );
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    start('etcd', etcdArgs(join(folder, 'etcd'), etcd, peer));
    start('kube-apiserver', apiArgs(folder, api, etcd, access));
    await until('the API server', async () => (await kubectl.run('get', '--raw=/readyz')) === 'ok');
    start('kube-controller-manager', controllerArgs(access));
    start('kube-scheduler', ['--leader-elect=false', '--secure-port=0', '--kubeconfig', access.kubeconfig]);
    // Made by the controllers: pods need it.
    await until('the controllers', async () =>
      (await kubectl.run('get', 'serviceaccounts', '-o=name')).includes('serviceaccount/default'),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubectl, kubeconfig: access.kubeconfig, stop };
}

function etcdArgs(folder: string, client: number, peer: number): string[] {
  const [forClients, forPeers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    `--data-dir=${folder}`,
    `--listen-client-urls=${forClients}`,
    `--advertise-client-urls=${forClients}`,
    `--listen-peer-urls=${forPeers}`,
    `--initial-advertise-peer-urls=${forPeers}`,
    `--initial-cluster=default=${forPeers}`,
  ];
}

const apiArgs = (folder: string, port: number, etcd: number, { tokens, accountKey }: Access): string[] => [
  `--etcd-servers=http://127.0.0.1:${etcd}`,
  '--bind-address=127.0.0.1',
  // Without it, the address of the default route is looked for, and there may be none.
  '--advertise-address=127.0.0.1',
  `--secure-port=${port}`,
  `--cert-dir=${join(folder, 'certificates')}`,
  '--authorization-mode=RBAC',
  `--token-auth-file=${tokens}`,
  `--service-account-key-file=${accountKey}`,
  `--service-account-signing-key-file=${accountKey}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  '--service-cluster-ip-range=10.96.0.0/16',
  // Nobody reaches it by a Service, and a loopback address could not be one's.
  '--endpoint-reconciler-type=none',
];

const controllerArgs = ({ kubeconfig, accountKey }: Access): string[] => [
  '--leader-elect=false',
  '--secure-port=0',
  `--kubeconfig=${kubeconfig}`,
  `--service-account-private-key-file=${accountKey}`,
];
