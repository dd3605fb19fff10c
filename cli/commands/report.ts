import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';
import { type Debrief, renderReport } from '../render/report.ts';

export default (program: Command): void => {
  program
    .command('report')
    .description('the story of the incident: timeline, grade, debrief and what an interviewer would ask')
    .action(async (options: { json?: boolean }) => {
      const debrief = await (await connectEngine()).get<Debrief>('/v1/drill/debrief');
      print(options, debrief, () => renderReport(debrief));
    });
};
