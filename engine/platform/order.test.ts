import { describe, expect, test } from 'vitest';
import { byDependence, reversed, runInOrder } from './order.ts';

const steps = (done: string[], graph: Record<string, string[]>, failing?: string) =>
  Object.entries(graph).map(([name, dependsOn]) => ({
    name,
    dependsOn,
    run: async () => {
      if (name === failing) throw new Error(`${name} broke`);
      done.push(name);
    },
  }));

describe('runInOrder', () => {
  test('runs everything once, each after what it needs', async () => {
    const done: string[] = [];
    await runInOrder(steps(done, { c: ['a', 'b'], b: ['a'], a: [], d: [] }));
    expect([...done].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(done.indexOf('a')).toBeLessThan(done.indexOf('b'));
    expect(done.indexOf('b')).toBeLessThan(done.indexOf('c'));
  });

  test('the other way round ends the last first', async () => {
    const done: string[] = [];
    await runInOrder(reversed(steps(done, { c: ['b'], b: ['a'], a: [] })));
    expect(done).toEqual(['c', 'b', 'a']);
  });

  test('a failure is thrown and nothing that needs it runs', async () => {
    const done: string[] = [];
    await expect(runInOrder(steps(done, { b: ['a'], a: [] }, 'a'))).rejects.toThrow('a broke');
    expect(done).toEqual([]);
  });

  test('a circle and a missing step are named', async () => {
    await expect(runInOrder(steps([], { a: ['b'], b: ['a'] }))).rejects.toThrow('a → b → a');
    await expect(runInOrder(steps([], { a: ['x'] }))).rejects.toThrow('a depends on x, which does not exist');
  });
});

test('what others depend on comes first, also across what is only prepared', () => {
  const store = { name: 'store', dependsOn: [] };
  const job = { name: 'job', dependsOn: ['store'] };
  const shop = { name: 'shop', dependsOn: ['job'] };
  expect(byDependence([store, job, shop], [shop, store])).toEqual([store, shop]);
});
