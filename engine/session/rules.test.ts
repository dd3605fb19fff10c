import { afterEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import type { Scenario } from '../contract/scenario.ts';
import { checkScenario } from '../manifest.ts';
import { Session } from './session.ts';
import { tinyPlatform, tinyScenario } from './testbed.ts';
import { viewOf } from './view.ts';

const within = { deadlineMs: 25_000, everyMs: 5 };
type Tiny = Awaited<ReturnType<typeof tinyPlatform>>;

/** One test for each rule of the grader (DESIGN, section 9); none of them holds without the rule. */
describe('the grader', () => {
  let tiny: Tiny;
  let session: Session | undefined;
  const paged = async (change: Partial<Scenario> = {}) => {
    tiny = await tinyPlatform(change);
    session = await tiny.paged();
    return session;
  };
  afterEach(async () => {
    await tiny?.close(session);
    session = undefined;
  });

  test('rule 1: faults stay armed while it looks, and until the end', async () => {
    await paged();
    expect((await tiny.checked(session!)).outcome).toBe('fail');
    expect(tiny.bank.armed).toEqual(['turn']);
    tiny.bank.dial = 0;
    expect((await tiny.checked(session!)).outcome).toBe('pass');
    expect(tiny.bank.armed).toEqual(['turn']);
    await session!.stop();
    expect(tiny.bank.armed).toEqual([]);
  });

  test('rule 1: what was taken away past the bank is put back, and no recovery comes of it', async () => {
    await paged();
    Object.assign(tiny.bank, { dial: 0, taken: true });
    await waitFor('it to be put back', () => tiny.bank.dial === 10, within);
    Object.assign(tiny.bank, { dial: 0, taken: true, held: true });
    const { outcome, recovery } = await tiny.checked(session!);
    expect(outcome).toBe('fail');
    expect(recovery).toContainEqual(
      expect.objectContaining({ outcome: 'fail', name: 'what is wrong was mended from inside of the bank' }),
    );
    expect((await session!.story()).map(({ text }) => text).join('; ')).toContain('it is put back');
  });

  test("rule 2: painting the product's metric is no recovery, and a scenario without an oracle is refused", async () => {
    await paged();
    tiny.bank.painted = 0;
    expect((await tiny.checked(session!)).outcome).toBe('fail');
    const checks = [{ probe: 'metric', atMost: 5, means: 'the metric is low' }];
    const trusting = { ...tinyScenario, recovery: { holdSeconds: 5, minimumRequests: 1, checks } };
    expect(() => checkScenario(tiny.around.parts, trusting, 'tiny')).toThrow('does not trust');
  });

  test("rule 3: only the world's own requests count, and its settings are nobody's to change", async () => {
    await paged();
    tiny.bank.dial = 0;
    tiny.bank.rate = 1;
    const verdict = await tiny.checked(session!);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.invariants).toMatchObject([{ name: 'world', outcome: 'fail', observed: 'rate 1' }]);
  });

  test('rule 4: it samples by itself all along: a moment of good at the end is not a window', async () => {
    await paged({ recovery: { ...tinyScenario.recovery, holdSeconds: 3 } });
    session!.check();
    const flicker = setInterval(() => {
      tiny.bank.dial = tiny.bank.dial === 0 ? 10 : 0;
    }, 40);
    await waitFor('the verdict', () => !session!.record.checking, within).finally(() =>
      clearInterval(flicker),
    );
    expect(session!.record.verdicts.at(-1)!.outcome).toBe('fail');
  });

  test('rule 5: no data and too few customers are inconclusive, and the whole interval has to clear the bound', async () => {
    tiny = await tinyPlatform({
      // A false alarm: the dial is low all along, so that no sample fails for its value.
      variants: { leftwards: { cause: 'nobody', disruptions: [], doNothing: 'pass', noFault: true } },
    });
    tiny.bank.painted = 10;
    session = await tiny.paged();
    tiny.bank.blind = true;
    expect((await tiny.checked(session)).outcome).toBe('inconclusive');
    Object.assign(tiny.bank, { blind: false, spread: 6 });
    expect((await tiny.checked(session)).outcome).toBe('fail');
    Object.assign(tiny.bank, { spread: 4, requests: 3 });
    expect((await tiny.checked(session)).outcome).toBe('inconclusive');
    tiny.bank.requests = 1_000;
    expect((await tiny.checked(session)).outcome).toBe('pass');
  });

  test('rule 5: an invariant that nobody answers for is not known to hold, and who is coming back is asked again', async () => {
    await paged();
    Object.assign(tiny.bank, { dial: 0, silent: Number.POSITIVE_INFINITY });
    const { outcome, invariants } = await tiny.checked(session!);
    expect(outcome).toBe('inconclusive');
    expect(invariants).toMatchObject([{ observed: expect.stringContaining('connection refused') }]);
    tiny.bank.silent = 1;
    expect((await tiny.checked(session!)).invariants).toMatchObject([{ outcome: 'pass' }]);
  });

  test('rule 6: the first submission counts, checks have a price, and nothing names the cause before the end', async () => {
    await paged();
    const answer = { component: 'dial', evidence: [], ruledOut: [] };
    await session!.submit({ ...answer, cause: 'right-hand' });
    await expect(session!.submit({ ...answer, cause: 'left-hand' })).rejects.toThrow('first submission');
    for (let i = 0; i < 3; i += 1) await tiny.checked(session!);
    const open = JSON.stringify(viewOf(session!));
    expect(open).not.toContain('leftwards');
    expect(viewOf(session!).grade).toBeNull();
    tiny.bank.dial = 0;
    await tiny.checked(session!);
    const { grade } = session!.record;
    expect(grade?.deductions).toMatchObject([{ points: 6 }]);
    expect(grade?.truth.variant).toBe('leftwards');
    expect(grade?.sections.find(({ name }) => name === 'root cause')?.lines[0]?.outcome).toBe('fail');
  });

  test('rule 7: looking that was not seen never costs points', async () => {
    const played = async (looked: boolean) => {
      await paged();
      session!.acknowledge();
      if (looked) tiny.bank.looks.push({ at: Date.now(), what: 'promql up' });
      tiny.bank.dial = 0;
      await tiny.checked(session!);
      const story = (await session!.story()).map(({ text }) => text);
      const { grade } = session!.record;
      await tiny.close(session);
      return { score: grade!.score, deductions: grade!.deductions, story };
    };
    const unseen = await played(false);
    const seen = await played(true);
    expect(seen.story).toContain('looked: promql up');
    expect(unseen).toMatchObject({ score: seen.score, deductions: [] });
  });

  test('rule 8: the journal names neither variant nor fault, and a crash leads back to the snapshot', async () => {
    await paged();
    for (const secret of ['leftwards', 'left-hand', 'turn', 'tiny']) {
      expect(tiny.journalFile()).not.toContain(secret);
    }
    await session!.suspend();
    session = Session.resume(tiny.around, tiny.reload());
    expect(session.record).toMatchObject({ phase: 'open', variant: 'leftwards' });
    await session.stop();
    expect(tiny.bank).toMatchObject({ dial: 0, armed: [] });
    expect(tiny.bank.snapshots).toEqual([
      'save before-incident',
      'restore before-incident',
      'remove before-incident',
    ]);
  });
});
