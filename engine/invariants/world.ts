import { call } from '../../lib/kit/call.ts';
import { defineInvariant } from '../contract/parts.ts';
import { getJson } from '../prometheus.ts';

interface World {
  settings: Record<string, unknown>;
  daySeconds: number;
}

export default defineInvariant<World>({
  describe: "The bank's customers do what they did: same rate, mix and length of the day.",
  async capture({ url }) {
    const { settings } = await getJson<{ settings: Record<string, unknown> }>(`${url('world')}/v1/settings`);
    const info = await getJson<{ day_seconds: number }>(`${url('world')}/v1/info`);
    return { settings, daySeconds: info.day_seconds };
  },
  async violations(context, baseline) {
    let now: World;
    try {
      now = await this.capture(context);
    } catch {
      return ['the world does not answer: there are no customers'];
    }
    const changed = Object.entries(baseline.settings).flatMap(([name, value]) =>
      JSON.stringify(now.settings[name]) === JSON.stringify(value)
        ? []
        : [`${name} was ${JSON.stringify(value)} and is ${JSON.stringify(now.settings[name])}`],
    );
    if (now.daySeconds !== baseline.daySeconds) {
      changed.push(`a day lasted ${baseline.daySeconds} s and lasts ${now.daySeconds} s`);
    }
    return changed;
  },
  async restore({ url, adminToken }, { settings }) {
    await call(`${url('world')}/v1/settings`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${adminToken}`,
        'x-actor': 'firedrill',
      },
      body: JSON.stringify(settings),
    });
  },
});
