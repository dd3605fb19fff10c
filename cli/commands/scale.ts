import { type Command, InvalidArgumentError } from 'commander';
import type { Workload } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

const replicasOf = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a number of replicas is needed.');
  return Number(text);
};

export default (program: Command): void => {
  program
    .command('scale')
    .description('change how many replicas a workload has')
    .argument('<workload>', 'as ./drill ps names it')
    .requiredOption('--replicas <n>', 'how many there shall be', replicasOf)
    .action(async (workload: string, options: { json?: boolean; replicas: number }) => {
      const engine = await connectEngine();
      const path = `/v1/workloads/${encodeURIComponent(workload)}/replicas`;
      const after = await engine.send<Workload>('PUT', path, { replicas: options.replicas });
      print(options, after, () => `${workload} has ${after.desired} replicas`);
    });
};
