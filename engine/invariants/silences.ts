import { call } from '../../lib/kit/call.ts';
import { defineInvariant } from '../contract/parts.ts';
import { getJson } from '../prometheus.ts';

interface Silence {
  id: string;
  status: { state: string };
  createdBy: string;
  matchers: { name: string; value: string }[];
}

async function silences(url: string): Promise<Silence[]> {
  return getJson<Silence[]>(`${url}/api/v2/silences`);
}

export default defineInvariant<string[]>({
  describe:
    'Nobody has silenced an alert. Expired silences count too: the page was out of sight while they held.',
  async capture({ url }) {
    return (await silences(url('alertmanager'))).map(({ id }) => id);
  },
  async violations({ url }, baseline) {
    const added = (await silences(url('alertmanager'))).filter(({ id }) => !baseline.includes(id));
    return added.map(({ createdBy, matchers, status }) => {
      const what = matchers.map(({ name, value }) => `${name}=${value}`).join(', ');
      return `${createdBy || 'somebody'} silenced ${what} (${status.state})`;
    });
  },
  async restore({ url }, baseline) {
    for (const { id, status } of await silences(url('alertmanager'))) {
      if (baseline.includes(id) || status.state === 'expired') continue;
      await call(`${url('alertmanager')}/api/v2/silence/${id}`, { method: 'DELETE' });
    }
  },
});
