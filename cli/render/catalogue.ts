import { type Scenario, variantsOn } from '../../engine/contract/scenario.ts';

/** Seed documents by the number their questions begin with. */
const SEEDS: Readonly<Record<string, string>> = {
  '000': 'scenario interviews',
  '001': 'incident interviews',
  '002': 'system design interviews',
  '003': 'two hundred questions',
  '004': 'questions with code',
};

const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
/** Variants would tell the cause; how many there are does not. */
const variantsOf = ({ variants }: Scenario): number => Object.keys(variants).length;

/** docs/incidents.md: what can be played and which interview questions it covers. Names no cause. */
export function renderCatalogue(scenarios: readonly Scenario[]): string {
  const sorted = scenarios.toSorted((a, b) => a.number - b.number);
  const total = sorted.reduce((sum, scenario) => sum + variantsOf(scenario), 0);
  const questions = Map.groupBy(
    sorted.flatMap(({ number, covers }) => covers.map((question) => ({ number, question }))),
    ({ question }) => question,
  );
  return `# Incidents

${plural(sorted.length, 'incident')}, ${total} ways in which they happen. \`./drill start <incident> --blind\` draws one. Those _in containers_ have been
through the gate with \`--target compose\` ([docker.md](docker.md)), those _on Kubernetes_ with \`--target kubernetes\`
([kubernetes.md](kubernetes.md)), where alone they can be played. This page is made by \`./drill list --markdown\`.

${row('incident', 'title', 'level', 'minutes', 'ways', 'in containers', 'on Kubernetes', 'tags')}
${row('--:', '---', '---', '--:', '--:', '--:', '--:', '---')}
${sorted
  .map((scenario) => {
    const { id, number, title, level, minutes, tags } = scenario;
    return row(
      number,
      `[${title}](../scenarios/${id}/README.md)`,
      level,
      minutes,
      variantsOf(scenario),
      variantsOn(scenario, 'compose').length || '',
      variantsOn(scenario, 'kubernetes').length || '',
      tags.join(', '),
    );
  })
  .join('\n')}

## Interview questions they come from

${row('question', 'from', 'played as')}
${row('---', '---', '---')}
${[...questions]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([question, by]) =>
    row(
      question,
      SEEDS[question.slice(0, 3)] ?? '',
      [...new Set(by.map(({ number }) => `incident ${number}`))].join(', '),
    ),
  )
  .join('\n')}
`;
}
