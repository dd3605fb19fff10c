import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { checkPorts } from './ports.ts';

const server = createServer();
afterEach(() => server.close());

test('a taken port is named with what it is for and who has it', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await expect(checkPorts([{ port, purpose: 'gateway' }])).rejects.toThrow(
    new RegExp(`^port ${port} \\(gateway\\) is taken by .+ \\(process ${process.pid}\\); .*DRILL_PORT_BASE$`),
  );
});
