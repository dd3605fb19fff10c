import { defineInvariant } from '../contract/parts.ts';
import { getJson } from '../prometheus.ts';
import { type Approved, approvedModel } from '../recompute.ts';

/** For incidents in which another version may be champion in the end: answers are still held against this one's. */
export default defineInvariant<Approved>({
  describe: 'The model that was approved when the incident began is still there to go back to.',
  async capture({ url }) {
    return approvedModel({ url, baseline: {} });
  },
  async violations({ url }, { version, digest }) {
    const { versions } = await getJson<{ versions: { version: string; manifest: { digest: string } }[] }>(
      `${url('registry')}/v1/models/fraud/versions`,
    );
    const kept = versions.some((one) => one.version === version && one.manifest.digest === digest);
    return kept ? [] : [`version ${version} is not in the registry any more`];
  },
});
