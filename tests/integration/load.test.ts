import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProfile, loadProfiles } from '../../cli/load/profiles.ts';
import { chooseRunner } from '../../cli/load/runners.ts';
import type { LoadReport } from '../../cli/render/load.ts';
import { ROOT } from '../../engine/platform/layout.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { Arrivals } from '../../loadtests/builtin/arrivals.ts';
import { type Bank, NOON_MS, openBank, post, serves } from '../support/serving/bank.ts';

const MAIN = join(ROOT, 'cli', 'main.ts');
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];
const run = promisify(execFile);

/** Both ways to run a profile that this machine may have. */
const found = chooseRunner();
const k6 = found.name === 'k6' ? found : undefined;
const RUNNERS = [
  { name: 'built-in', flags: ['--built-in'], missing: false },
  { name: 'k6', flags: [], missing: k6 === undefined },
];
const orSkipped = (name: string, missing: boolean) =>
  missing ? `${name} (skipped: no k6 on the PATH and none in $K6)` : name;

const home = mkdtempSync(join(tmpdir(), 'load-'));
const env = { ...process.env, DRILL_HOME: home };
const out = join(home, 'report.json');
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}
const load = (...args: string[]): Promise<Ran> =>
  run(process.execPath, [...NODE_FLAGS, MAIN, 'load', ...args], { env }).then(
    (ran) => ({ code: 0, ...ran }),
    (error: Ran) => error,
  );

describe('what is asked wrongly', () => {
  it.each([
    [['nosuch'], 'there is no load profile nosuch; there are: baseline'],
    [['smoke', '--rate', '0'], 'a whole number of requests a second, 1 to 10000, is needed'],
    [['smoke', '--duration', '30'], 'a time from 1s to 24h is needed'],
    [['smoke', '--target-url', 'here'], 'an address such as http://127.0.0.1:4000 is needed'],
    [['smoke', 'spike'], 'too many arguments'],
  ])('%s is wrong usage', async (args, says) => {
    const { code, stdout, stderr } = await load(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('a platform that is down is said so, and nothing is written', async () => {
    const { code, stdout, stderr } = await load('smoke', '--target-url', 'http://127.0.0.1:1', '--out', out);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^nothing answers at http:\/\/127\.0\.0\.1:1\/readyz .*\.\/drill up.*\n$/);
    expect(existsSync(out)).toBe(false);
  });

  it('without a profile they are listed', async () => {
    const { stdout } = await load();
    for (const { name, description } of loadProfiles()) {
      expect(stdout).toMatch(new RegExp(`^${name} +${description.slice(0, 20)}`, 'm'));
    }
  });
});

/** The options of a script as the built-in run reads them. */
async function optionsOf(file: string) {
  const code = `
    const { loadScript } = await import('${join(ROOT, 'loadtests', 'builtin', 'script.ts')}');
    console.log(JSON.stringify((await loadScript(process.argv[1], {})).options));`;
  const flags = [...NODE_FLAGS, '--input-type=module', '--eval', code, file];
  return JSON.parse((await run(process.execPath, flags)).stdout);
}

describe.each(loadProfiles())('profile $name', ({ file }) => {
  it('is an open model with thresholds, and can be told its rate and duration', async () => {
    const { scenarios, thresholds } = await optionsOf(file);
    expect(Object.values(scenarios)).toMatchObject([{ executor: expect.stringMatching(/-arrival-rate$/) }]);
    expect(thresholds).toMatchObject({ checks: [expect.any(String)], 'http_reqs{kind:score}': [] });
  });

  it.skipIf(!k6)(orSkipped('is accepted by k6 inspect, with the same options', !k6), async () => {
    const { command } = k6!.invoke({ name: '', description: '', file }, {});
    const { stdout } = await run(command, ['inspect', file]);
    const [theirs, ours] = [JSON.parse(stdout), await optionsOf(file)];
    // k6 writes 90000ms as 1m30s.
    const [their, our] = [theirs, ours].map(({ scenarios }) => new Arrivals(scenarios.load)) as [
      Arrivals,
      Arrivals,
    ];
    const times = Array.from({ length: 11 }, (_, i) => (our.seconds * i) / 10);
    expect(their.seconds).toBe(our.seconds);
    expect(times.map((at) => their.dueAfter(at))).toEqual(times.map((at) => our.dueAfter(at)));
    expect(theirs.scenarios.load.maxVUs).toBe(ours.scenarios.load.maxVUs);
    expect(theirs.thresholds).toEqual(ours.thresholds);
  });
});

describe('against a bank with two versions of the model', () => {
  let bank: Bank;
  let target: string[];
  let regions: { A_URL: string; B_URL: string };

  beforeAll(async () => {
    bank = await openBank();
    const [one, two] = [await bank.register('one'), await bank.register('two')];
    await bank.promote(one);
    const eu = await bank.startInference('eu');
    const us = await bank.startInference('us', { MODEL_VERSION: two });
    await serves(eu, one);
    await serves(us, two);
    regions = { A_URL: eu.url, B_URL: us.url };
    const gateway = await bank.startGateway({ eu: eu.url, us: us.url });
    // First answers take long, and are nobody's limit.
    for (const transaction of bank.traffic.requests.slice(0, 30)) {
      await post(`${gateway.url}/v1/score`, {
        transaction: { ...transaction, id: `warm-${transaction.id}` },
      });
    }
    // What the profiles ask of the world.
    const world = fastify();
    let next = 0;
    world.get('/v1/sample', () => ({
      transaction: bank.traffic.requests[next++ % bank.traffic.requests.length],
    }));
    world.get('/v1/info', () => ({
      business_time: new Date(NOON_MS + 60_000).toISOString(),
      day_seconds: 86_400,
    }));
    const worldUrl = await world.listen({ host: '127.0.0.1', port: 0 });
    closing = () => world.close();
    target = ['--target-url', gateway.url, '--world-url', worldUrl];
  }, 120_000);
  let closing: () => Promise<void>;
  afterAll(async () => {
    await closing();
    await bank.stop();
  });

  const report = (): LoadReport => JSON.parse(readFileSync(out, 'utf8'));
  const loadBank = (...args: string[]) => load(...args, ...target, '--out', out);

  describe.each(RUNNERS)('$name', ({ name, flags, missing }) => {
    it.skipIf(missing)(
      orSkipped('measures what the bank answered', missing),
      async () => {
        const { code, stdout, stderr } = await loadBank('smoke', '--duration', '3s', '--json', ...flags);
        expect(code, stderr).toBe(0);
        const document = JSON.parse(stdout) as LoadReport;
        expect(document).toEqual(report());
        expect(document).toMatchObject({
          profile: 'smoke',
          runner: name,
          crossed: 0,
          failed: 0,
          degraded: 0,
        });
        expect(document.interrupted).toBe(false);
        // 20 a second for three seconds, however busy the machine; what is dropped is said.
        expect(document.requests + document.dropped).toBeGreaterThanOrEqual(58);
        expect(document.requests + document.dropped).toBeLessThanOrEqual(62);
        const { p50, p95, p99, max } = document.latency_ms!;
        expect([0, p50, p95, p99, max]).toEqual([0, p50, p95, p99, max].sort((a, b) => a - b));
        expect(p50).toBeGreaterThan(0);
        // The bank has a record of each of them, under an id of its own.
        const ids = (await bank.events('transactions')).map(({ payload }) => payload.transaction.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => id.startsWith('load-')).length).toBeGreaterThanOrEqual(document.requests);
      },
      60_000,
    );

    it.skipIf(missing)(
      orSkipped('compares two versions', missing),
      async () => {
        Object.assign(env, regions);
        const { code, stdout, stderr } = await loadBank(
          'versions',
          '--rate',
          '10',
          '--duration',
          '2s',
          ...flags,
        );
        // Whether so small models agree is their affair; it has been measured, and told side by side.
        expect(code, stderr).toBeLessThanOrEqual(1);
        expect(stderr).toMatch(/a is version 1 at .*, b is version 2 at /);
        expect(stdout).toMatch(/degraded\{side:a\} +0 %/);
        const { metrics } = report();
        expect(
          metrics.decisions_differ!.values.passes! + metrics.decisions_differ!.values.fails!,
        ).toBeGreaterThan(15);
        expect(metrics.score_difference!.values.max).toBeGreaterThan(0);
      },
      60_000,
    );

    it.skipIf(missing)(
      orSkipped('finds nothing to compare in one version', missing),
      async () => {
        Object.assign(env, { A_URL: regions.A_URL, B_URL: regions.A_URL });
        rmSync(out, { force: true });
        const { code, stderr } = await loadBank('versions', ...flags);
        expect(code).toBe(1);
        expect(stderr).toMatch(/both serve version 1: there is nothing to compare/);
        expect(existsSync(out)).toBe(false);
      },
      60_000,
    );

    it.skipIf(missing)(
      orSkipped('by hand, without ./drill, prints its own summary', missing),
      async () => {
        const [, GATEWAY_URL = '', , WORLD_URL = ''] = target;
        const told = { GATEWAY_URL, WORLD_URL, DURATION: '1', RATE: '40' };
        const byHand = chooseRunner({ builtIn: name === 'built-in' }).invoke(findProfile('smoke'), told);
        const options = { env: { ...env, ...byHand.env } };
        // A busy machine may cross a limit, which is exit status 99; what counts here is that it is told.
        const { stdout } = await run(byHand.command, byHand.args, options).catch((error: Ran) => error);
        expect(stdout).toMatch(/^http_req_failed\{kind:score\} +.*rate=\S+ .*[✓✗] rate<0\.01/m);
      },
      60_000,
    );

    it.skipIf(missing)(
      orSkipped('that is interrupted ends, and tells how far it came', missing),
      async () => {
        rmSync(out, { force: true });
        const args = ['load', 'smoke', '--duration', '10m', ...flags, ...target, '--out', out];
        const child: ChildProcess = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...args], { env });
        let runner: number | undefined;
        try {
          const before = (await bank.events('transactions')).length;
          await waitFor(
            'payments of the run',
            async () => (await bank.events('transactions')).length > before + 10,
            { deadlineMs: 30_000 },
          );
          [runner] = await childrenOf(child.pid!);
          expect(isAlive(runner!)).toBe(true);
          const gone = once(child, 'exit');
          child.kill('SIGINT');
          expect(await gone).toEqual([1, null]);
          expect(report()).toMatchObject({ interrupted: true });
          expect(report().seconds).toBeLessThan(300);
          expect(report().requests).toBeGreaterThan(10);
          expect(isAlive(runner!)).toBe(false);
        } finally {
          child.kill('SIGKILL');
          if (runner !== undefined && isAlive(runner)) process.kill(runner, 'SIGKILL');
        }
      },
      60_000,
    );
  });

  describe.each(RUNNERS)('while its feature store is away, $name', ({ flags, missing }) => {
    it.skipIf(missing)(
      orSkipped('crosses the thresholds that say so, and exits 1', missing),
      async () => {
        await bank.online.stop();
        const { code, stdout } = await loadBank('smoke', '--duration', '2s', ...flags);
        expect(code).toBe(1);
        expect(stdout).toMatch(/^✗ +rate<0\.05 +degraded +\d/m);
        expect(stdout).toMatch(/^\d of \d+ thresholds crossed$/m);
        expect(stdout).toContain(`report: ${out}`);
        expect(report().degraded).toBeGreaterThan(0.5);
        // A decision second best is an answer all the same.
        expect(report().failed).toBe(0);
      },
      60_000,
    );
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid ? [child!] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
