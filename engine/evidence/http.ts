import { call } from '../../lib/kit/call.ts';
import { defineEvidence } from '../contract/parts.ts';

const TIMEOUT_MS = 5_000;
/** Characters of an answer that the report keeps. */
const KEPT = 200;

export default defineEvidence({
  describe: 'an answer of a workload to GET',
  example: 'registry /v1/models/fraud/aliases/champion',
  async look({ target }, query) {
    const [, workload, path] = /^(\S+)\s+(\/\S*)$/.exec(query) ?? [];
    if (!workload || !path) throw new Error('say <workload> </path>');
    const found = (await target.list()).find(({ name }) => name === workload);
    if (!found?.url.startsWith('http')) throw new Error(`${workload} has no HTTP address`);
    const response = await call(new URL(path, found.url).href, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return text === '' ? null : text.slice(0, KEPT);
  },
});
