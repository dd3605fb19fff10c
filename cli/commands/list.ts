import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { renderCatalogue } from '../render/catalogue.ts';
import { catalogue } from '../scenarios.ts';

export default (program: Command): void => {
  program
    .command('list')
    .description('the incidents that can be started')
    .option('--level <level>', 'junior, mid or senior')
    .option('--tag <tag>', 'only incidents with this tag')
    .option('--markdown', 'the page docs/incidents.md')
    .action(async (options: { json?: boolean; level?: string; tag?: string; markdown?: boolean }) => {
      const scenarios = (await catalogue())
        .map(({ scenario }) => scenario)
        .filter(({ level }) => options.level === undefined || level === options.level)
        .filter(({ tags }) => options.tag === undefined || tags.includes(options.tag));
      const rows = scenarios.map(({ number, id, level, minutes, title, tags, covers }) => ({
        incident: number,
        slug: id,
        level,
        minutes,
        title,
        tags,
        covers,
      }));
      print(options, { scenarios: rows }, () =>
        options.markdown
          ? renderCatalogue(scenarios).trimEnd()
          : table(
              ['incident', 'slug', 'level', 'minutes', 'title'],
              rows.map((row) => [String(row.incident), row.slug, row.level, String(row.minutes), row.title]),
            ),
      );
    });
};
