import { defineEvidence } from '../contract/parts.ts';

/** Lines of a workload's log that are searched, newest first. */
const LINES = 5_000;

export default defineEvidence({
  describe: 'a text in the log of a workload',
  example: 'feature-consumer handler failed',
  async look({ target }, query) {
    const [, workload, text] = /^(\S+)\s+(.+)$/.exec(query) ?? [];
    if (!workload || !text) throw new Error('say <workload> <text>');
    let found = 0;
    for await (const line of target.logs(workload, { tail: LINES })) if (line.text.includes(text)) found += 1;
    return found === 0 ? null : `${found} lines`;
  },
});
