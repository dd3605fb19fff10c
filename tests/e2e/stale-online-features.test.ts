import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { loadParts } from '../../engine/parts.ts';
import type { SessionView } from '../../engine/session/view.ts';
import { PORT_OFFSETS, type PortName } from '../../lib/contract/ports.ts';
import { call } from '../../lib/kit/call.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import scenario from '../../scenarios/stale-online-features/scenario.ts';
import { cheats, solutions } from '../../scenarios/stale-online-features/solutions.ts';
import { DrillPlatform } from '../support/drill.ts';

// Every variant with every play is for the gate: ./drill validate stale-online-features. Here is its core, and what it
// cannot see.
const SLUG = scenario.id;
const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });
const status = () => platform.json<SessionView>('report');
const run = promisify(execFile);
const MOST_OUTPUT = { maxBuffer: 64 * 1024 * 1024 };

const enginePid = async (): Promise<number> => {
  const file = await readFile(join(platform.home, 'run', 'engine.json'), 'utf8');
  return (JSON.parse(file) as { pid: number }).pid;
};

/**
 * What would tell somebody which variant was drawn: what the engine's own records are made of, and the names of
 * causes, variants and faults. Names that are everyday words (base, event, release) count only as such a record
 * would hold them.
 */
async function givesAway(): Promise<string[]> {
  const { faults } = await loadParts();
  const distinct = (name: string) => name.includes('-');
  const variants = Object.keys(scenario.variants);
  return [
    ...new Set([
      ...scenario.causes.map(({ id }) => id),
      ...variants.filter(distinct),
      ...variants.map((name) => `"variant":"${name}"`),
      ...[...faults.keys()].filter(distinct),
      ...[...faults.keys()].map((name) => `"fault":"${name}"`),
      '"disruption"',
      '"armed"',
    ]),
  ];
}

const found = (text: string, words: readonly string[]): string[] =>
  words.filter((word) => text.includes(word));

/** Files of the home that hold one of `words`; without the tokens and without compiled code, the same for every draw. */
async function filesWith(words: readonly string[]): Promise<string> {
  const patterns = words.flatMap((word) => ['-e', word]);
  const skip = ['--exclude-dir=secrets', '--exclude-dir=cache'];
  const grep = run('grep', ['-rlaF', ...skip, ...patterns, platform.home], MOST_OUTPUT);
  // 1: nothing matches. 2: a file went away while it was read; what matched is printed all the same.
  return grep.then(
    ({ stdout }) => stdout,
    (error: { code?: number; stdout?: string }) => {
      if (error.code === 1 || error.code === 2) return error.stdout ?? '';
      throw error;
    },
  );
}

/** Command lines of the engine and of everything below it. */
async function processList(): Promise<string> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], MOST_OUTPUT);
  const all = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return args === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
  const ours = new Set([await enginePid()]);
  for (let before = 0; before < ours.size; ) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all
    .filter(({ pid }) => ours.has(pid))
    .map(({ args }) => args)
    .join('\n');
}

/** The metrics page of every part that has one, by name. */
async function metricsPages(): Promise<Map<PortName, string>> {
  const names = Object.keys(PORT_OFFSETS) as PortName[];
  const pages = await Promise.all(
    names.map(async (name) => {
      const page = await call(`${platform.url(name)}/metrics`, { signal: AbortSignal.timeout(20_000) }).then(
        async (answer) => (answer.ok ? await answer.text() : undefined),
        // Redis speaks no HTTP.
        () => undefined,
      );
      return page === undefined ? [] : [[name, page] as const];
    }),
  );
  return new Map(pages.flat());
}

const API = [
  '/v1/scenarios',
  '/v1/platform',
  '/v1/status',
  '/v1/actions',
  '/v1/workloads',
  '/v1/workloads/feature-consumer/revisions',
  '/v1/workloads/feature-consumer/settings',
  '/v1/snapshots',
  '/v1/jobs',
];

describe.sequential(`incident ${SLUG}`, () => {
  it('keeps a drawn variant where nobody on call comes across it', async () => {
    const started = await platform.drill('start', SLUG, '--blind');
    expect(started.stderr).toBe('');
    expect(started.code).toBe(0);
    const words = await givesAway();
    expect(found(started.stdout, words)).toEqual([]);
    // The search finds what is there: a reason that everybody may read.
    expect(await filesWith(['CHG-1986'])).toContain('revisions.json');
    expect(await filesWith(words)).toBe('');

    const processes = await processList();
    expect(processes).toContain('services/features/consumer/main.ts');
    expect(found(processes, words)).toEqual([]);

    const pages = await metricsPages();
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(['engine', 'gateway', 'inference-eu', 'feature-consumer', 'world', 'monitor']),
    );
    for (const [name, page] of pages) expect({ [name]: found(page, words) }).toEqual({ [name]: [] });

    for (const path of API) {
      const answer = JSON.stringify(await platform.engine(path));
      expect({ [path]: found(answer, words) }).toEqual({ [path]: [] });
    }
    // All causes are offered, whichever it is; nothing else may name one.
    const { causes, ...view } = await status();
    expect(causes.map(({ id }) => id)).toEqual(scenario.causes.map(({ id }) => id));
    expect(found(JSON.stringify(view), words)).toEqual([]);
    expect(view.grade).toBeNull();
    expect((await platform.drill('stop')).code).toBe(0);
  }, 300_000);

  it('is not passed by doing nothing, nor by any of the cheats', async () => {
    expect((await platform.drill('start', SLUG, '--variant', 'base')).code).toBe(0);
    expect((await platform.drill('check')).code).toBe(1);
    // Whoever sends the customers away spoils it for all that follow.
    const last = (name: string) => Number(name.includes('world'));
    const plays = cheats
      .filter(({ variants }) => variants === undefined || variants.includes('base'))
      .sort((a, b) => last(a.name) - last(b.name));
    expect(plays.length).toBeGreaterThan(2);
    for (const { name, endless, act } of plays) {
      const over = new AbortController();
      const acting = act(await platform.operator(over.signal));
      if (!endless) await acting;
      const { code } = await platform.drill('check');
      over.abort();
      await acting.catch(() => {});
      expect({ [name]: code }).toEqual({ [name]: 1 });
    }
    expect((await platform.drill('stop')).code).toBe(0);
    const { grade, phase } = await status();
    expect(phase).toBe('stopped');
    expect(grade).toMatchObject({ passed: false });
    const reasons = grade!.deductions.map(({ reason }) => reason).join('\n');
    for (const words of ['silenced instead', 'turned away']) expect(reasons).toContain(words);
  }, 600_000);

  it('gives a hundred points for doing everything right', async () => {
    expect((await platform.drill('start', SLUG, '--variant', 'base')).code).toBe(0);
    expect((await platform.drill('ack')).code).toBe(0);
    const update = ['--impact', 'fraud is waved through', '--action', 'undo', '--next', 'check'];
    expect((await platform.drill('say', 'looking', ...update)).code).toBe(0);
    const lag = 'sum(firedrill_eventlog_consumer_lag_events{topic="transactions"})';
    const submitted = await platform.drill(
      ...['submit', '--component', 'feature-consumer', '--cause', 'ingest-limit'],
      ...['--evidence', lag, '--ruled-out', 'poison-event'],
    );
    expect(submitted.stderr).toBe('');
    await solutions[0]!.act(await platform.operator(new AbortController().signal));
    expect((await platform.drill('check')).code).toBe(0);
    const view = await status();
    expect(view.phase).toBe('over');
    expect(view.verdict?.durability).toMatchObject([{ outcome: 'pass' }]);
    expect(view.grade).toMatchObject({ passed: true, score: 100, deductions: [] });
    expect((await platform.drill('stop')).code).toBe(0);
  }, 400_000);

  it('survives the death of the engine: the incident goes on, and stop restores the bank', async () => {
    expect((await platform.drill('start', SLUG, '--variant', 'base')).code).toBe(0);
    process.kill(await enginePid(), 'SIGKILL');
    const down = await waitFor(
      'status to say that the platform is down',
      async () => {
        const ran = await platform.drill('status');
        return ran.code === 1 && ran.stderr.includes('down') && ran;
      },
      { deadlineMs: 20_000 },
    );
    expect(down.stderr.trim().split('\n')).toHaveLength(1);
    expect((await platform.drill('up')).code).toBe(0);
    await waitFor('the incident to be picked up', async () => (await status()).phase === 'open', {
      deadlineMs: 20_000,
    });
    const settings = () => platform.drill('settings', 'get', 'feature-consumer');
    expect((await settings()).stdout).toMatch(/max_events_per_second\s+0\.2\b/);
    expect((await platform.drill('stop')).code).toBe(0);
    const restored = (await settings()).stdout;
    expect(restored).toMatch(/max_events_per_second\s+5000\b/);
    expect(restored).toMatch(/on_bad_event\s+"?set_aside/);
    expect((await status()).phase).toBe('stopped');
  }, 300_000);
});
