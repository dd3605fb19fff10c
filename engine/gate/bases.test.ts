import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freeBases } from './bases.ts';

test('passes over a base of which one port is taken', async () => {
  const [first] = await freeBases(1, 26_000);
  const taken = createServer().listen({ port: first! + 193, host: '127.0.0.1' });
  await once(taken, 'listening');
  try {
    const bases = await freeBases(2, first);
    expect(bases).not.toContain(first);
    expect(bases[1]! - bases[0]!).toBeGreaterThanOrEqual(1_000);
  } finally {
    taken.close();
    await once(taken, 'close');
  }
});
