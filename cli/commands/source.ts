import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print, table } from '../output.ts';
import type { SourceView } from '../views.ts';

interface Options {
  json?: boolean;
  reason?: string;
}

export default (program: Command): void => {
  const source = program
    .command('source')
    .description('channels transactions come from, their contracts, and quarantine');

  source
    .command('list')
    .description('every channel: what it sends, and whether it keeps its contract')
    .action(async (options: Options) => {
      const answer = await (await connectEngine()).get<{ sources: SourceView[] }>('/v1/sources');
      print(options, answer, () =>
        [
          ...table(
            ['source', 'state', 'per second', 'violations (1 min)', 'mode', 'format', 'contract', 'owner'],
            answer.sources.map((one) => [
              one.name,
              one.state,
              one.requests_per_second?.toFixed(1) ?? '-',
              one.violations_last_minute?.toFixed(0) ?? '-',
              one.mode,
              one.format,
              one.contract ? `version ${one.contract.version}` : 'none',
              one.contract?.owner ?? '-',
            ]),
          ).split('\n'),
          ...answer.sources.flatMap(brokenRules),
        ].join('\n'),
      );
    });

  const change = (verb: 'quarantine' | 'release', description: string, done: string) =>
    source
      .command(verb)
      .description(description)
      .argument('<source>')
      .option('--reason <text>', 'for the history')
      .action(async (name: string, options: Options) => {
        const answer = await (await connectEngine()).send<{ name: string; quarantined: string[] }>(
          'POST',
          `/v1/sources/${encodeURIComponent(name)}/${verb}`,
          options.reason === undefined ? {} : { reason: options.reason },
        );
        print(options, answer, () => `${name} ${done}`);
      });
  change(
    'quarantine',
    'answer a channel with review, and keep it out of features and training',
    'is in quarantine: answered with review, kept out of features and training',
  );
  change('release', 'let the model decide on a channel again', 'is released');
};

const brokenRules = ({ name, contract }: SourceView): string[] =>
  (contract?.rules ?? [])
    .filter(({ broken }) => broken)
    .map(({ rule, currency, observed, minimum, maximum }) => {
      const bounds = minimum === null ? `at most ${maximum}` : `${minimum} to ${maximum}`;
      const what = [name, rule, currency].filter((part) => part !== null).join(' ');
      return `${what}: ${observed === null ? 'no value' : Number(observed.toFixed(3))}, expected ${bounds}`;
    });
