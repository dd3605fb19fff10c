import type { Command } from 'commander';
import type { Workload } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('restart')
    .description('end every replica gracefully and start it again, one after the other')
    .argument('<workload>', 'as ./drill ps names it')
    .action(async (workload: string, options: { json?: boolean }) => {
      const engine = await connectEngine();
      const path = `/v1/workloads/${encodeURIComponent(workload)}/restart`;
      const after = await engine.send<Workload>('POST', path);
      print(options, after, () => `${workload} restarted; revision ${after.revision} runs`);
    });
};
