import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../engine/targets/local/testbed.ts';
import { portOf } from '../../lib/contract/ports.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

describe('a platform that cannot start', () => {
  let folder: string;
  let base: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'platform-'));
    // Its ports spread over 600 numbers; only a few are of interest here.
    base = await freePorts(1);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs the command line as ./drill does, but without setting anything up first. */
  const drill = async (args: string[], env: Record<string, string> = {}) => {
    const all = { ...process.env, DRILL_HOME: join(folder, 'home'), DRILL_PORT_BASE: String(base), ...env };
    const command = ['--disable-warning=ExperimentalWarning', MAIN, ...args];
    return run(process.execPath, command, { env: all }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });

  it('names a taken port and its owner in one line, and leaves no process behind', async () => {
    const port = portOf('redis-log', base);
    const server = await listen(port);
    const { code, stderr } = await drill(['up']);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^port ${port} \\(redis-log\\) is taken by .*\\(process ${process.pid}\\);.*\\n$`),
    );
    expect(readdirSync(join(folder, 'home', 'run', 'processes'))).toEqual([]);
    expect((await drill(['down'])).stdout).toBe('The platform was not running.\n');
  });

  it('says in one line that its folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const home = join(folder, 'file', 'home');
    const { code, stderr } = await drill(['up'], { DRILL_HOME: home });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^cannot write to .*home \(.*\); make it writable or set DRILL_HOME .*\n$/);
  });

  it('says in one line what is missing and how to get it', async () => {
    const { code, stderr } = await drill(['up'], { PATH: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^redis-server, prometheus, .* not found; install with: .*redis.*\n$/);
  });

  it('refuses a configuration it cannot use, naming the variable', async () => {
    const { code, stderr } = await drill(['up'], { DRILL_DAY_SECONDS: '-1' });
    expect(code).toBe(2);
    expect(stderr).toContain('DRILL_DAY_SECONDS');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([['status'], ['ps'], ['restart', 'gateway'], ['model', 'list'], ['parity']])(
    '%s says that it is down',
    async (...args) => {
      const { code, stdout, stderr } = await drill(args);
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: 'the platform is down; start it with ./drill up\n',
      });
    },
  );

  it.each([[['bogus']], [['scale', 'gateway']], [['logs', 'gateway', '--tail', 'x']], [['up', '--bogus']]])(
    '%s is wrong usage',
    async (args) => {
      const { code, stdout } = await drill(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    },
  );
});
