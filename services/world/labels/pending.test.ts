import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type PendingLabel, PendingLabels } from './pending.ts';

const folder = mkdtempSync(join(tmpdir(), 'pending-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const label = (transactionId: string, maturesMs: number): PendingLabel => ({
  transactionId,
  cardId: 'card-00001',
  transactionMs: 1_000,
  isFraud: transactionId === 'B',
  maturesMs,
});

test('labels come due in order, stay until removed and survive another opening of the file', () => {
  const first = new PendingLabels(folder);
  first.putAll([label('C', 300), label('A', 100)]);
  first.put(label('B', 200));
  expect(first.due(250, 10)).toEqual([label('A', 100), label('B', 200)]);
  expect(first.due(250, 1)).toEqual([label('A', 100)]);
  first.remove(['A']);
  // Not closed: as after kill -9.
  const second = new PendingLabels(folder);
  expect(second.due(1_000, 10)).toEqual([label('B', 200), label('C', 300)]);
  expect(second.size).toBe(2);
  second.close();
  first.close();
});

test('putting the same transaction again keeps one label', () => {
  const pending = new PendingLabels(folder);
  pending.put(label('A', 100));
  pending.put(label('A', 200));
  expect(pending.due(1_000, 10)).toEqual([label('A', 200)]);
  pending.clear();
  expect(pending.size).toBe(0);
  pending.close();
});

test('a held label does not come due before it is released, unless the process died meanwhile', () => {
  const pending = new PendingLabels(folder);
  pending.hold(label('A', 100));
  pending.hold(label('B', 100));
  pending.put(label('C', 200));
  expect(pending.due(1_000, 1)).toEqual([label('C', 200)]);
  pending.release('A');
  pending.remove(['B']);
  expect(pending.due(1_000, 10)).toEqual([label('A', 100), label('C', 200)]);
  pending.hold(label('D', 300));
  const next = new PendingLabels(folder);
  expect(next.due(1_000, 10)).toContainEqual(label('D', 300));
  next.close();
  pending.close();
});

test('a batch that fails half-way puts nothing', () => {
  const pending = new PendingLabels(folder);
  const broken = { ...label('B', 1), cardId: null as unknown as string };
  expect(() => pending.putAll([label('A', 1), broken])).toThrow();
  expect(pending.size).toBe(0);
  pending.put(label('A', 1));
  expect(pending.size).toBe(1);
  pending.close();
});
