import type { Command } from 'commander';
import type { Revision, SourceDiff, Workload } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { wholeNumber } from '../numbers.ts';
import { print, table } from '../output.ts';
import { EXIT } from '../program.ts';

interface Options {
  json?: boolean;
}

const pathOf = (workload: string, rest: string): string =>
  `/v1/workloads/${encodeURIComponent(workload)}/${rest}`;

const number = wholeNumber('a revision number', { from: 1 });

export default (program: Command): void => {
  const rollout = program
    .command('rollout')
    .description('releases of a service: history, diff, status, undo');

  rollout
    .command('history')
    .description('every revision, oldest first; the last one runs')
    .argument('<workload>')
    .action(async (workload: string, options: Options) => {
      const engine = await connectEngine();
      const answer = await engine.get<{ revisions: Revision[] }>(pathOf(workload, 'revisions'));
      print(options, answer, () =>
        table(
          ['revision', 'at (bank time)', 'by', 'changes', 'reason'],
          answer.revisions.map((one, i) => [
            String(one.revision),
            one.at,
            one.actor,
            changes(answer.revisions[i - 1], one),
            one.reason,
          ]),
        ),
      );
    });

  rollout
    .command('diff')
    .description('what the source of a revision changed, as a unified diff')
    .argument('<workload>')
    .argument('[revision]', 'default: the running one', number)
    .option('--against <n>', 'the revision to compare with; default: the one before', number)
    .action(
      async (workload: string, revision: number | undefined, options: Options & { against?: number }) => {
        const query = new URLSearchParams();
        if (revision !== undefined) query.set('revision', String(revision));
        if (options.against !== undefined) query.set('against', String(options.against));
        const answer = await (await connectEngine()).get<SourceDiff>(pathOf(workload, `diff?${query}`));
        print(options, answer, () => shownDiff(answer));
      },
    );

  rollout
    .command('status')
    .description('does every replica run the current revision? exits 1 when not')
    .argument('<workload>')
    .action(async (workload: string, options: Options) => {
      const engine = await connectEngine();
      await engine.get(pathOf(workload, 'revisions'));
      const { workloads } = await engine.get<{ workloads: Workload[] }>('/v1/workloads');
      const { replicas, desired, revision } = workloads.find(({ name }) => name === workload)!;
      const ready = replicas.filter(({ state }) => state === 'ready').length;
      const waiting = replicas.flatMap(({ index, state, reasons }) =>
        state === 'ready' ? [] : [`#${index} is ${state}: ${reasons.join('; ')}`],
      );
      const complete = ready === desired && replicas.length === desired;
      print(options, { workload, revision, desired, ready, complete, waiting }, () =>
        [`${workload} revision ${revision}: ${ready} of ${desired} replicas ready`, ...waiting].join('\n'),
      );
      if (!complete) process.exitCode = EXIT.negative;
    });

  rollout
    .command('undo')
    .description('go back to the revision before, or to another; waits until it runs')
    .argument('<workload>')
    .option('--to-revision <n>', 'the revision to go back to', number)
    .option('--reason <text>', 'for the history')
    .action(async (workload: string, options: Options & { toRevision?: number; reason?: string }) => {
      const engine = await connectEngine();
      const body = {
        ...(options.toRevision !== undefined && { revision: options.toRevision }),
        ...(options.reason !== undefined && { reason: options.reason }),
      };
      const revision = await engine.send<Revision>('POST', pathOf(workload, 'undo'), body);
      print(
        options,
        revision,
        () => `${workload} rolled back; revision ${revision.revision} runs (${revision.reason})`,
      );
    });
};

function shownDiff({ workload, revision, against, patch }: SourceDiff): string {
  const name = (one: SourceDiff['revision']) => `revision ${one.revision} (${one.code})`;
  return patch === ''
    ? `${workload}: the source of ${name(revision)} and ${name(against)} is the same`
    : `${workload}: ${name(against)} → ${name(revision)}\n${patch.trimEnd()}`;
}

/** `lake.flush_seconds: 2 → 5`, of environment, settings and code alike. */
function changes(before: Revision | undefined, after: Revision): string {
  const flat = (one?: Revision): Record<string, unknown> => ({
    ...one?.environment,
    ...one?.settings,
    ...(before !== undefined && { code: one?.code }),
  });
  const [was, is] = [flat(before), flat(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  return changed.map((name) => `${name}: ${shown(was[name])} → ${shown(is[name])}`).join(', ') || '-';
}

const shown = (value: unknown): string =>
  value === undefined ? 'default' : typeof value === 'string' ? value : JSON.stringify(value);
