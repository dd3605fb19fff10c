// A process of its own, to be killed: takes a batch, says which events are in it, and never comes back from it.
import { openLog } from './eventlog.ts';

const [url, topic, group] = process.argv.slice(2) as [string, 'transactions', string];
const { log } = await openLog(url);
await log.consume({
  topic,
  group,
  member: 'hanging',
  batchSize: 3,
  async handle(records) {
    if (records.length === 0) return;
    process.stdout.write(`${records.map(({ event }) => event.id).join(' ')}\n`);
    await new Promise(() => {});
  },
});
