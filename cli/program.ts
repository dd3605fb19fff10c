import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Command } from 'commander';

// Not from lib/kit/service.ts: that would load a web server for every command.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const FOLDER = new URL('./commands/', import.meta.url);

/** A file in cli/commands exports one of these by default: it adds its command to the program. */
export type CommandFile = (program: Command) => void;

/** Exit statuses of every command. */
export const EXIT = { done: 0, negative: 1, usage: 2 } as const;

/**
 * Every file of cli/commands, or only the one that is named like the command: what the others import would cost each
 * command a second of the machine.
 */
export async function loadCommands(called?: string): Promise<CommandFile[]> {
  const files = (await readdir(FOLDER)).filter((name) => /(?<!\.test)\.ts$/.test(name)).sort();
  const own = files.filter((file) => file === `${called}.ts`);
  const wanted = own.length > 0 ? own : files;
  return Promise.all(wanted.map(async (file) => (await import(new URL(file, FOLDER).href)).default));
}

/** The command line without anything run yet. Every command gets --json, --verbose and --help. */
export function buildProgram(files: readonly CommandFile[]): Command {
  const program = new Command('drill')
    .description("A small bank's machine-learning platform that runs on a laptop and is broken on purpose.")
    .usage('<command> [options]')
    .version(version, '--version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(--help shows what is possible)')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, '')) });
  for (const add of files) add(program);
  for (const command of program.commands) finish(command);
  return program;
}

function finish(command: Command): void {
  command.exitOverride().helpCommand(false);
  for (const nested of command.commands) finish(nested);
  if (command.commands.length > 0) return;
  command
    .option('--json', 'print one JSON document instead of text')
    .option('--verbose', 'print where an error comes from');
}
