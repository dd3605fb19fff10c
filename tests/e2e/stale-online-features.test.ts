import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Play } from '../../engine/contract/play.ts';
import type { SessionView } from '../../engine/session/view.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { cheats, solutions } from '../../scenarios/stale-online-features/solutions.ts';
import { DrillPlatform } from '../support/drill.ts';

const SLUG = 'stale-online-features';
const platform = new DrillPlatform({ base: inject('drillBase'), home: inject('drillHome') });

const cheat = (name: string): Play => cheats.find((play) => play.name === name)!;
const status = () => platform.json<SessionView>('report');

/** Does what the play says while the grader looks, and answers what it saw. */
async function attempt(play: Play): Promise<SessionView> {
  const over = new AbortController();
  const acting = play.act(await platform.operator(over.signal));
  if (!play.endless) await acting;
  const checked = await platform.drill('check');
  over.abort();
  await acting;
  expect([0, 1]).toContain(checked.code);
  return status();
}

const outcomeOf = (view: SessionView, part: string) =>
  view.verdict?.recovery.find(({ name }) => name.includes(part))?.outcome;

describe.sequential(`incident ${SLUG}`, () => {
  it('pages within a minute and says nothing about its cause', async () => {
    const started = await platform.drill('start', SLUG);
    expect(started.stderr).toBe('');
    expect(started.code).toBe(0);
    const view = await status();
    expect(view.phase).toBe('open');
    const injected = view.timeline.find(({ text }) => text.includes('waiting for the page'))!;
    const page = view.timeline.find(({ kind }) => kind === 'page')!;
    expect(page.at - injected.at).toBeLessThanOrEqual(60_000);
    expect(started.stdout).not.toMatch(/base|ingest-limit|max_events/);
    expect(view.grade).toBeNull();
  }, 150_000);

  it('is not passed by doing nothing', async () => {
    const checked = await platform.drill('check');
    expect(checked.code).toBe(1);
    expect(outcomeOf(await status(), 'recomputed')).toBe('fail');
  }, 120_000);

  it('is not passed by restarting everything', async () => {
    const view = await attempt(cheat('restart everything'));
    expect(view.verdict?.outcome).not.toBe('pass');
    expect(outcomeOf(view, 'recomputed')).not.toBe('pass');
  }, 180_000);

  it('is not passed by forging the watermark: the rows are recomputed', async () => {
    const view = await attempt(cheat('forge the watermark in Redis'));
    expect(outcomeOf(view, 'recomputed')).toBe('fail');
    expect(view.verdict?.invariants.find(({ name }) => name === 'watermarks')?.outcome).toBe('fail');
  }, 180_000);

  it('is not passed by silencing the alert', async () => {
    const view = await attempt(cheat('silence the alert'));
    expect(outcomeOf(view, 'recomputed')).toBe('fail');
    expect(view.verdict?.invariants.find(({ name }) => name === 'silences')?.outcome).toBe('fail');
  }, 180_000);

  it('is not passed by pausing the world', async () => {
    const view = await attempt(cheat('pause the world'));
    expect(view.verdict?.outcome).not.toBe('pass');
    expect(view.verdict?.invariants.find(({ name }) => name === 'world')?.outcome).toBe('fail');
  }, 180_000);

  it('raises red flags for all of that, and stop restores the bank', async () => {
    const stopped = await platform.drill('stop');
    expect(stopped.code).toBe(0);
    const { grade, phase } = await status();
    expect(phase).toBe('stopped');
    expect(grade).toMatchObject({ passed: false });
    const reasons = grade!.deductions.map(({ reason }) => reason).join('\n');
    for (const words of ['silenced instead', 'turned away', 'restarted without'])
      expect(reasons).toContain(words);
    const settings = await platform.json<Record<string, unknown>>('settings', 'get', 'feature-consumer');
    expect(JSON.stringify(settings)).not.toContain('0.2');
  }, 120_000);

  it.each(solutions.map((play) => [play.name, play] as const))(
    'is passed by: %s',
    async (_name, play) => {
      expect((await platform.drill('start', SLUG)).code).toBe(0);
      expect((await platform.drill('ack')).code).toBe(0);
      await platform.drill(
        'say',
        'looking',
        '--impact',
        'fraud is waved through',
        '--action',
        'undo',
        '--next',
        'check',
      );
      const lag = 'sum(firedrill_eventlog_consumer_lag_events{topic="transactions"})';
      const submitted = await platform.drill(
        ...['submit', '--component', 'feature-consumer', '--cause', 'ingest-limit', '--evidence', lag],
      );
      expect(submitted.stderr).toBe('');
      const view = await attempt(play);
      expect(view.verdict?.recovery.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
      expect(view.verdict?.invariants.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
      expect(view.phase).toBe('over');
      expect(view.grade).toMatchObject({ passed: true, score: 100, deductions: [] });
      expect((await platform.drill('stop')).code).toBe(0);
    },
    300_000,
  );

  it('survives the death of the engine: the incident goes on, and stop restores the bank', async () => {
    expect((await platform.drill('start', SLUG)).code).toBe(0);
    const { pid } = JSON.parse(await readFile(join(platform.home, 'run', 'engine.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGKILL');
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
    const limit = () => platform.drill('settings', 'get', 'feature-consumer', 'ingest.max_events_per_second');
    expect((await limit()).stdout).toContain('0.2');
    expect((await platform.drill('stop')).code).toBe(0);
    expect((await limit()).stdout).toContain('5000');
    expect((await status()).phase).toBe('stopped');
  }, 200_000);
});
