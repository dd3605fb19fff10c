import { readFile } from 'node:fs/promises';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../contract/parts.ts';
import { loadParts } from '../parts.ts';

const { faults } = await loadParts();
const page = await readFile(new URL('../../docs/faults.md', import.meta.url), 'utf8');

/** Columns of a table may be padded. */
const squeezed = (line: string): string => line.replaceAll(/ +/g, ' ').trim();
const lines = new Set(page.split('\n').map(squeezed));

const argument = ([name, schema]: [string, TSchema & { default?: unknown }]): string =>
  schema.default === undefined ? `\`${name}\`` : `\`${name}\` (${JSON.stringify(schema.default)})`;

/** What the table has to say about a fault: paste it from the failure. */
const rowOf = (name: string, fault: Fault<unknown>): string => {
  const given = Object.entries(fault.arguments as Record<string, TSchema>).map(argument);
  return `| [${name}](../engine/faults/${name}.ts) | ${fault.describe} | ${given.join(', ')} |`;
};

test('there are faults', () => expect(faults.size).toBeGreaterThan(8));

describe.each([...faults])('fault %s', (name, fault) => {
  test('stands in docs/faults.md with what it does and what it takes', () => {
    expect([...lines].filter((line) => line.startsWith(`| [${name}](`))).toEqual([
      squeezed(rowOf(name, fault)),
    ]);
  });

  test('describes itself in one sentence', () => {
    expect(fault.describe).toMatch(/^[A-Z][^\n]*\.$/);
  });
});

test('no row is left of a fault that does not exist any more', () => {
  const named = [...page.matchAll(/^\| \[([a-z-]+)\]\(\.\.\/engine\/faults\//gm)].map(([, name]) => name);
  expect(named.filter((name) => !faults.has(name!))).toEqual([]);
});
