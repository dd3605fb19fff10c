import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram, loadCommands } from './program.ts';

const program = buildProgram(await loadCommands());
const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

describe.each(leaves(program).map((command) => [command.name(), command] as const))(
  '%s',
  (_name, command) => {
    test('says in a sentence what it does', () => {
      expect(command.description()).toMatch(/^\S.{9,}[^.]$/);
    });

    test('answers a script as well as a person', () => {
      expect(command.options.map(({ long }) => long)).toEqual(
        expect.arrayContaining(['--json', '--verbose']),
      );
    });

    test('explains every option', () => {
      expect(command.options.filter(({ description }) => description === '').map(({ long }) => long)).toEqual(
        [],
      );
    });
  },
);

test('wrong usage is refused in words', () => {
  const quiet = buildProgram([]).configureOutput({ writeErr: () => {}, writeOut: () => {} });
  expect(() => quiet.parse(['node', 'drill', 'bogus'])).toThrow();
});

test('a command that is called alone is found in the file of its name', async () => {
  for (const command of program.commands) {
    const alone = buildProgram(await loadCommands(command.name()));
    expect(alone.commands.map((found) => found.name())).toEqual([command.name()]);
  }
});
