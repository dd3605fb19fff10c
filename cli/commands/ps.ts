import type { Command } from 'commander';
import type { Workload } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { duration, megabytes, print, table } from '../output.ts';
import type { PlatformView } from '../views.ts';

export default (program: Command): void => {
  program
    .command('ps')
    .description('every process of the platform: state, restarts, age, memory')
    .action(async (options: { json?: boolean }) => {
      const { workloads } = await (await connectEngine()).get<PlatformView>('/v1/platform');
      print(options, { workloads }, () =>
        table(
          ['name', 'ready', 'state', 'restarts', 'age', 'revision', 'memory', 'pid', 'url'],
          workloads.flatMap(rows),
        ),
      );
    });
};

function rows({ name, replicas, desired, revision, url }: Workload): string[][] {
  const ready = `${replicas.filter(({ state }) => state === 'ready').length}/${desired}`;
  if (replicas.length === 0) return [[name, ready, 'stopped', '0', '-', String(revision), '-', '-', url]];
  return replicas.map((replica) => [
    replica.index === 0 ? name : `${name} #${replica.index}`,
    ready,
    replica.state,
    String(replica.restarts),
    replica.startedAt === undefined ? '-' : duration(Date.now() - replica.startedAt),
    String(revision),
    replica.residentBytes === undefined ? '-' : megabytes(replica.residentBytes),
    String(replica.pid ?? '-'),
    url.replace(/\d+$/, (port) => String(Number(port) + replica.index)),
  ]);
}
