import type { Command } from 'commander';
import type { SnapshotView } from '../../engine/platform/snapshots.ts';
import { connectEngine } from '../client.ts';
import { megabytes, print, table } from '../output.ts';

interface Options {
  json?: boolean;
}

export default (program: Command): void => {
  const snapshot = program
    .command('snapshot')
    .description(
      "keep the bank's data as it is, and bring it back: lake, Redis, models, settings, business time",
    );

  snapshot
    .command('save')
    .description('keep the data under a name; the bank stands still for a moment')
    .argument('<name>', 'a snapshot of this name is replaced')
    .action(async (name: string, options: Options) => {
      const saved = await (await connectEngine()).send<SnapshotView>('POST', '/v1/snapshots', { name });
      print(options, saved, () => {
        const stall = saved.stall_seconds.toFixed(2);
        return `${name} is saved: ${megabytes(saved.bytes)}; the bank stood still for ${stall} s`;
      });
    });

  snapshot
    .command('restore')
    .description('end every process, bring the data back, start again; what was done since is gone')
    .argument('<name>')
    .action(async (name: string, options: Options) => {
      const path = `/v1/snapshots/${encodeURIComponent(name)}/restore`;
      const restored = await (await connectEngine()).send<SnapshotView>('POST', path);
      print(
        options,
        restored,
        () => `${name} is restored; business time goes on from ${restored.business_time}`,
      );
    });

  snapshot
    .command('list')
    .description('every snapshot, the oldest first')
    .action(async (options: Options) => {
      const answer = await (await connectEngine()).get<{ snapshots: SnapshotView[] }>('/v1/snapshots');
      print(options, answer, () =>
        table(
          ['name', 'saved', 'business time', 'size'],
          answer.snapshots.map(({ name, saved_at, business_time, bytes }) => [
            name,
            saved_at,
            business_time,
            megabytes(bytes),
          ]),
        ),
      );
    });

  snapshot
    .command('remove')
    .description('forget a snapshot')
    .argument('<name>')
    .action(async (name: string, options: Options) => {
      const path = `/v1/snapshots/${encodeURIComponent(name)}`;
      const answer = await (await connectEngine()).send<{ removed: string }>('DELETE', path);
      print(options, answer, () => `${name} is removed`);
    });
};
