import Type from 'typebox';
import { defineJob } from '../job.ts';

const TIMEOUT_SECONDS = 180;

export default defineJob({
  description: 'Makes the online rows of a feature view anew, from the lake and the event log.',
  parameters: { view: Type.String({ default: 'fraud@1', pattern: '^[a-z][a-z0-9_]*@[1-9][0-9]*$' }) },
  timeoutSeconds: TIMEOUT_SECONDS,
  async run({ view }, { environment, runId, progress }) {
    const { connectPeer } = await import('../training/peer.ts');
    const features = connectPeer(environment.FEATURES_URL!, environment.ADMIN_TOKEN!, runId);
    progress(`asking for the rows of ${view}`);
    await features.json('/v1/fill', { method: 'POST', body: { view }, timeoutMs: TIMEOUT_SECONDS * 1_000 });
    return { view };
  },
});
