import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';
import { activeAlerts } from '../prometheus.ts';

export default defineProbe<{ name: string }>({
  describe: 'How many instances of an alert are firing, as Prometheus sees it.',
  unit: 'alerts',
  range: { min: 0 },
  arguments: { name: Type.String({ minLength: 1 }) },
  async read(context, { name }) {
    const alerts = await activeAlerts(context);
    const firing = alerts.filter(({ labels, state }) => labels.alertname === name && state === 'firing');
    return { value: firing.length, detail: `${firing.length} of ${name} firing` };
  },
});
