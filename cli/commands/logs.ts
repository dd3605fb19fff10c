import type { Command } from 'commander';
import type { LogLine } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { wholeNumber } from '../numbers.ts';

export default (program: Command): void => {
  program
    .command('logs')
    .description('what a workload wrote, oldest first; --json prints one {at, replica, text} per line')
    .argument('<workload>', 'as ./drill ps names it')
    .option('-f, --follow', 'go on with what comes')
    .option('--tail <lines>', 'lines to begin with', wholeNumber('a number of lines'), 100)
    .action(async (workload: string, options: { json?: boolean; follow?: boolean; tail: number }) => {
      const engine = await connectEngine();
      const query = `tail=${options.tail}&follow=${options.follow === true}`;
      const path = `/v1/workloads/${encodeURIComponent(workload)}/logs?${query}`;
      for await (const line of engine.stream<LogLine>(path)) {
        process.stdout.write(`${options.json ? JSON.stringify(line) : line.text}\n`);
      }
    });
};
