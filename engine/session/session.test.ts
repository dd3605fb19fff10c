import { afterEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import type { Scenario } from '../contract/scenario.ts';
import { Session } from './session.ts';
import { tinyPlatform, tinyScenario } from './testbed.ts';

const within = { deadlineMs: 25_000, everyMs: 5 };

describe('a session', () => {
  let tiny: Awaited<ReturnType<typeof tinyPlatform>>;
  let session: Session | undefined;
  const prepare = async (change: Partial<Scenario> = {}) => {
    tiny = await tinyPlatform(change);
  };
  const over = () => waitFor('the end', () => session?.record.phase === 'over', within);
  const late = async () => {
    await session!.suspend();
    const record = { ...tiny.reload(), deadlineAt: Date.now() + 50 };
    session = Session.resume(tiny.around, record);
  };
  afterEach(async () => {
    await tiny?.close(session);
    session = undefined;
  });

  test('is refused when the bank is not healthy, says why, and leaves nothing behind', async () => {
    await prepare();
    tiny.bank.dial = 7;
    session = Session.begin(tiny.around, { variant: 'leftwards', seed: null });
    await waitFor('a refusal', () => session!.record.phase === 'refused', within);
    expect(session.record.problem).toBe(
      'the bank is not healthy: the dial is low: dial at 7, needs at most 5',
    );
    expect(session.record).toMatchObject({ armed: [], saved: false });
    expect(tiny.bank.snapshots).toEqual(['save before-incident', 'remove before-incident']);
  });

  test('is refused in its posture, and brings back the bank that had none', async () => {
    await prepare({
      posture: [{ fault: 'turn', with: tinyScenario.variants.leftwards!.disruptions[0]!.with }],
    });
    session = Session.begin(tiny.around, { variant: 'leftwards', seed: null });
    await waitFor('a refusal', () => session!.record.phase === 'refused', within);
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [] });
    expect(tiny.bank.snapshots.at(1)).toBe('restore before-incident');
  });

  test('is refused when nobody is paged, and undoes what it had done', async () => {
    await prepare({
      symptoms: [{ probe: 'metric', atLeast: 99, withinSeconds: 0.2, means: 'PAGE: never' }],
    });
    session = Session.begin(tiny.around, { variant: 'leftwards', seed: null });
    await waitFor('a refusal', () => session!.record.phase === 'refused', within);
    expect(session.record.problem).toContain('the page did not come within 0.2 s');
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [] });
    expect(tiny.bank.snapshots.at(1)).toBe('restore before-incident');
  });

  test('undoes with the bank of before what could not be undone in the broken one', async () => {
    await prepare();
    session = await tiny.paged();
    tiny.bank.stuck = true;
    await session.stop();
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [] });
    expect(session.record).toMatchObject({ phase: 'stopped', armed: [] });
    expect(session.record.timeline.map(({ text }) => text).join()).toContain('the dial does not turn');
  });

  const released = {
    variants: { leftwards: { ...tinyScenario.variants.leftwards!, disruptions: [{ fault: 'release' }] } },
  };

  test('leaves to the snapshot what the snapshot undoes', async () => {
    await prepare(released);
    session = await tiny.paged();
    await session.stop();
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [], cleared: 0 });
    expect(session.record).toMatchObject({ phase: 'stopped', armed: [] });
  });

  test('undoes it one by one when the snapshot cannot be brought back, and says so', async () => {
    await prepare(released);
    session = await tiny.paged();
    tiny.bank.damaged = true;
    await expect(session.stop()).rejects.toThrow('the snapshot is damaged');
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [], cleared: 1 });
    tiny.bank.damaged = false;
  });

  test('leaves nothing of what was set up for it, not even when undoing takes two tries', async () => {
    await prepare({ posture: [{ fault: 'traffic' }] });
    session = await tiny.paged();
    expect(tiny.bank.rate).toBe(40);
    tiny.bank.stuck = true;
    await session.stop();
    expect(tiny.bank).toMatchObject({ dial: 0, rate: 100 });
  });

  test('ends at its deadline, graded as it stands', async () => {
    await prepare();
    session = await tiny.paged();
    await late();
    await over();
    expect(session.record.grade).toMatchObject({ passed: false });
    expect(session.record.timeline.at(-1)?.text).toMatch(/^time is up/);
    expect(() => session!.acknowledge()).toThrow('the incident is over');
  });

  test('waits at its deadline for a check that was asked for in time', async () => {
    await prepare({ recovery: { ...tinyScenario.recovery, holdSeconds: 1 } });
    session = await tiny.paged();
    tiny.bank.dial = 0;
    await late();
    session.check();
    await over();
    expect(session.record.verdicts.map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(session.record.timeline.at(-1)?.text).toMatch(/^the bank has recovered/);
  });

  const durability = {
    replay: [{ fault: 'jolt' }],
    holdSeconds: 0.2,
    withinSeconds: 0.2,
    means: 'it outlives a jolt',
  };
  test('does not take a recovery that a restart undoes', async () => {
    await prepare({ durability });
    session = await tiny.paged();
    tiny.bank.dial = 0;
    const verdict = await tiny.checked(session);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.durability).toMatchObject([{ name: 'it outlives a jolt', outcome: 'fail' }]);
    expect(session.record.phase).toBe('open');
    // What was the cause is away for good now.
    Object.assign(tiny.bank, { dial: 0, armed: [] });
    expect(await tiny.checked(session)).toMatchObject({
      outcome: 'pass',
      durability: [{ outcome: 'pass' }],
    });
  });

  const prevention = {
    again: [{ fault: 'turn' }],
    afterSeconds: 0,
    holdSeconds: 0.2,
    checks: [{ probe: 'dial', atMost: 5, means: 'the dial stays low' }],
    points: 8,
    means: 'the dial cannot be turned any more',
  };
  test('lets the same thing happen again after a recovery, and gives no bonus where it still hurts', async () => {
    await prepare({ prevention });
    session = await tiny.paged();
    tiny.bank.dial = 0;
    await tiny.checked(session);
    await over();
    expect(session.record.prevention).toMatchObject({ outcome: 'fail' });
    expect(session.record.grade?.passed).toBe(true);
    expect(session.record.grade?.sections.find(({ name }) => name.startsWith('prevention'))?.points).toBe(0);
  });

  test('tells after the end what was done, although the audit trail has gone back with the data', async () => {
    await prepare();
    session = await tiny.paged();
    const business = tiny.around.context.clock.iso();
    tiny.bank.actions.push({ at: Date.now(), business, actor: 'ann', action: 'restart', object: 'dial' });
    await session.stop();
    tiny.bank.actions = [];
    const told = (await session.story()).map(({ text }) => text);
    expect(told.filter((text) => text === 'ann: restart dial')).toHaveLength(1);
    expect(told.at(-1)).toBe('the platform is restored');
  });

  test('keeps what somebody pointed at, and what the engine saw there', async () => {
    await prepare();
    session = await tiny.paged();
    const evidence = ['up', 'promql: nothing', 'job:rate:sum'];
    await session.submit({ component: 'dial', cause: 'left-hand', evidence, ruledOut: ['nobody'] });
    expect(session.record.submission).toMatchObject({
      evidence: [
        { source: 'promql', query: 'up', value: '1' },
        { source: 'promql', query: 'nothing', value: null },
        { source: 'promql', query: 'job:rate:sum', value: '1' },
      ],
      ruledOut: ['nobody'],
    });
  });

  test('does not know a cause that was not offered', async () => {
    await prepare();
    session = await tiny.paged();
    const answer = { component: 'dial', cause: 'gremlins', evidence: [], ruledOut: [] };
    await expect(session.submit(answer)).rejects.toThrow('left-hand, right-hand, nobody');
    expect(session.record.submission).toBeNull();
  });
});
