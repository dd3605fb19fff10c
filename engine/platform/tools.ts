import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { errors } from './errors.ts';

interface Tool {
  /** Names it goes by, the first found counts: Debian renames some. */
  commands: readonly string[];
  apt: string;
  brew: string;
}

const TOOLS = {
  redis: { commands: ['redis-server'], apt: 'redis-server', brew: 'redis' },
  prometheus: { commands: ['prometheus'], apt: 'prometheus', brew: 'prometheus' },
  alertmanager: {
    commands: ['prometheus-alertmanager', 'alertmanager'],
    apt: 'prometheus-alertmanager',
    brew: 'alertmanager',
  },
} as const satisfies Record<string, Tool>;

/** Paths of the third parties' programs. */
export type Tools = Record<keyof typeof TOOLS, string>;

/** @throws PLATFORM_TOOL_MISSING naming every missing program and the one command that installs them */
export function findTools(path = process.env.PATH ?? ''): Tools {
  const found = Object.entries<Tool>(TOOLS).map(
    ([name, tool]) => [name, tool, firstOf(tool.commands, path)] as const,
  );
  const missing = found.flatMap(([, tool, where]) => (where === undefined ? [tool] : []));
  if (missing.length > 0) {
    const names = missing.map(({ commands }) => commands[0]).join(', ');
    throw errors.TOOL_MISSING(names, installCommand(missing));
  }
  return Object.fromEntries(found.map(([name, , where]) => [name, where])) as Tools;
}

const installCommand = (missing: readonly Tool[]): string =>
  process.platform === 'darwin'
    ? `brew install ${missing.map(({ brew }) => brew).join(' ')}`
    : `sudo apt-get install -y ${missing.map(({ apt }) => apt).join(' ')}`;

const firstOf = (commands: readonly string[], path: string): string | undefined =>
  commands
    .flatMap((command) => path.split(delimiter).map((folder) => join(folder, command)))
    .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
