import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { freePort } from '../../tests/support/ports.ts';
import { readSettings } from './settings.ts';

test('one that runs and does not answer is told from one that does not run', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  try {
    const { port } = silent.address() as { port: number };
    await expect(readSettings('inference-eu', [`http://127.0.0.1:${port}`], 50)).rejects.toThrow(
      /inference-eu runs and does not answer/,
    );
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
  const nobody = `http://127.0.0.1:${await freePort()}`;
  await expect(readSettings('inference-eu', [nobody], 50)).rejects.toThrow(/no running replica/);
});
