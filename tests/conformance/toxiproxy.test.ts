import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';
import { ProxyClient } from '../../engine/proxy/client.ts';
import { createProxyServer } from '../../engine/proxy/server.ts';
import { end, freePort } from '../../engine/proxy/testbed.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { describeProxyContract, type RunningProxy } from './proxy-contract.ts';

/** $TOXIPROXY_SERVER, or `toxiproxy-server` on the PATH. */
function findToxiproxy(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'toxiproxy-server'));
  return [process.env.TOXIPROXY_SERVER ?? '', ...onPath].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function startOurs(): Promise<RunningProxy> {
  const server = await createProxyServer({ token: 'secret' });
  return { url: await server.start(), stop: () => server.stop() };
}

async function startToxiproxy(file: string): Promise<RunningProxy> {
  const port = await freePort();
  const child = spawn(file, ['-host', '127.0.0.1', '-port', `${port}`], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('toxiproxy-server to answer', () => new ProxyClient({ url }).version(), {
    deadlineMs: 10_000,
  });
  return { url, stop: () => end(child) };
}

describeProxyContract('our fault proxy', startOurs);

const toxiproxy = findToxiproxy();
if (toxiproxy === undefined) {
  test.skip('the real Toxiproxy: put toxiproxy-server on the PATH or its path into $TOXIPROXY_SERVER', () => {});
} else {
  describeProxyContract('the real Toxiproxy', () => startToxiproxy(toxiproxy));
}
