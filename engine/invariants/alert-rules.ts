import { defineInvariant } from '../contract/parts.ts';
import { getJson } from '../prometheus.ts';

interface RuleGroups {
  data: {
    groups: { name: string; rules: { name: string; type: string; query: string; duration?: number }[] }[];
  };
}

/** Alert rules by group and name, each as one line of text. */
type Rules = Record<string, string>;

export default defineInvariant<Rules>({
  describe: 'The alert rules are what they were: none deleted, loosened or slowed.',
  async capture({ url }) {
    const { data } = await getJson<RuleGroups>(`${url('prometheus')}/api/v1/rules`);
    return Object.fromEntries(
      data.groups.flatMap((group) =>
        group.rules
          .filter(({ type }) => type === 'alerting')
          .map((rule) => [`${group.name}/${rule.name}`, `${rule.query} for ${rule.duration ?? 0}s`]),
      ),
    );
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, rule]) => {
      if (now[name] === undefined) return [`the alert ${name} is gone`];
      return now[name] === rule ? [] : [`the alert ${name} was "${rule}" and is "${now[name]}"`];
    });
  },
});
