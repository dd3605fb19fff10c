import type { Command } from 'commander';
import type { Workload } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { wholeNumber } from '../numbers.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('scale')
    .description('change how many replicas a workload has')
    .argument('<workload>', 'as ./drill ps names it')
    .requiredOption('--replicas <n>', 'how many there shall be', wholeNumber('a number of replicas'))
    .action(async (workload: string, options: { json?: boolean; replicas: number }) => {
      const engine = await connectEngine();
      const path = `/v1/workloads/${encodeURIComponent(workload)}/replicas`;
      const after = await engine.send<Workload>('PUT', path, { replicas: options.replicas });
      print(options, after, () => `${workload} has ${after.desired} replicas`);
    });
};
