import { DEFAULT_PORT_BASE } from '../../lib/contract/ports.ts';
import type { Ran } from './platform.ts';

/** Blocks in one of these languages hold commands; `text` and the others hold what commands print. */
const COMMANDS = new Set(['', 'sh']);
const FENCE = /^ *(```+)\s*([\w-]*)/;
const HEADING = /^(#{1,2})\s+(.*)$/;
const OF_VARIANT = /^variant:\s*`?([a-z0-9-]+)`?/i;

/**
 * The commands a debrief shows for a variant, in their order, one a line (a backslash at its end goes on). A section
 * `## Variant: <name>` holds for that variant alone; every other section for all of them.
 */
export function commandsFor(debrief: string, variant: string): string[] {
  const commands: string[] = [];
  let section: string | undefined;
  let fence: { ticks: string; runs: boolean } | undefined;
  let begun = '';
  for (const line of debrief.split('\n')) {
    const [, ticks, language = ''] = FENCE.exec(line) ?? [];
    if (fence && ticks === fence.ticks && language === '') {
      fence = undefined;
    } else if (fence) {
      const text = line.trim();
      if (!fence.runs || text === '' || text.startsWith('#')) continue;
      if (text.endsWith('\\')) begun += `${text.slice(0, -1)} `;
      else {
        commands.push(begun + text);
        begun = '';
      }
    } else if (ticks !== undefined) {
      fence = { ticks, runs: COMMANDS.has(language) && (section === undefined || section === variant) };
    } else {
      const [, level, title = ''] = HEADING.exec(line) ?? [];
      if (level !== undefined) section = OF_VARIANT.exec(title)?.[1];
    }
  }
  return commands;
}

/** Variants that a debrief has a section for. */
export const variantsIn = (debrief: string): string[] =>
  debrief.split('\n').flatMap((line) => {
    const [, level, title = ''] = HEADING.exec(line) ?? [];
    return level === undefined ? [] : (OF_VARIANT.exec(title)?.[1] ?? []);
  });

const PORTS = /(?<=(?:\b127\.0\.0\.1|\blocalhost):|\s-p[ =]?)\d{4}\b/g;

/** Documents name the default platform's ports; the one under test has its own. */
export const atBase = (command: string, base: number): string =>
  command.replace(PORTS, (port) => {
    const offset = Number(port) - DEFAULT_PORT_BASE;
    return offset >= 0 && offset < 1_000 ? String(base + offset) : port;
  });

/** What a command did not show that it should have; undefined when it did. */
export function complaintAbout(command: string, { code, stdout, stderr }: Ran): string | undefined {
  if (code !== 0) return `exited ${code}: ${(stderr || stdout).trim().split('\n')[0] ?? ''}`;
  if (stdout.trim() === '') return 'printed nothing';
  if (command.includes('/api/v1/query') && /"result":\s*\[\]/.test(stdout)) return 'found no series';
  return undefined;
}
