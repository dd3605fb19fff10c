import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { print, table } from '../output.ts';

interface Options {
  json?: boolean;
  component?: string;
  cause?: string;
  evidence: string[];
  ruledOut: string[];
}

export default (program: Command): void => {
  program
    .command('submit')
    .option('--component <name>', 'the workload at fault, or upstream')
    .option('--cause <id>', 'one of the causes offered')
    .option(
      '--evidence <pointer>',
      "what shows it, '<source>: <query>' with promql, log, http or redis; repeatable",
      (one, all: string[]) => [...all, one],
      [],
    )
    .option('--ruled-out <id>', 'a cause it was not; repeatable', (one, all: string[]) => [...all, one], [])
    .description('name the cause, once; without a cause: what can be named')
    .action(async (options: Options) => {
      const engine = await connectEngine();
      const { component, cause, evidence } = options;
      if (component === undefined || cause === undefined) {
        const { components, causes } = await engine.get<SessionView>('/v1/drill');
        print(options, { components, causes }, () =>
          [
            `components: ${components.join(', ')}`,
            '',
            table(
              ['cause', 'meaning'],
              causes.map(({ id, mechanism }) => [id, mechanism]),
            ),
            '',
            "./drill submit --component <name> --cause <id> --evidence '<PromQL>' --ruled-out <id>",
          ].join('\n'),
        );
        return;
      }
      const view = await engine.send<SessionView>('POST', '/v1/drill/submission', {
        component,
        cause,
        evidence,
        ruled_out: options.ruledOut,
      });
      print(
        options,
        view,
        () => 'Taken. Whether it is right you hear at the end; now mend the bank: ./drill check',
      );
    });
};
