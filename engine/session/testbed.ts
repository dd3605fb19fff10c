import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../lib/kit/clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import type { Action, DrillContext, Look, Reading } from '../contract/parts.ts';
import type { Scenario } from '../contract/scenario.ts';
import type { Parts } from '../parts.ts';
import { Journal } from './journal.ts';
import { Session } from './session.ts';
import type { Surroundings } from './surroundings.ts';

const SECRET = 'a secret of the testbed';

/** A bank of one dial. The fault turns it up, a cure turns it down, and a metric may be painted over. */
export class TinyBank {
  /** What really is. */
  dial = 0;
  /** What its own metric says; follows the dial unless somebody paints it. */
  painted: number | undefined;
  rate = 100;
  requests: number | undefined = 1_000;
  /** Faults that are in place, by name. */
  armed: string[] = [];
  /** How often something was undone one by one that a snapshot would have undone. */
  cleared = 0;
  actions: Action[] = [];
  looks: Look[] = [];
  snapshots: string[] = [];
  /** Somebody has done something that keeps the dial from being turned back, until the snapshot is. */
  stuck = false;
  /** The way back to the snapshot is blocked. */
  damaged = false;
  /** Somebody has taken the fault away past the bank; `held`: and keeps it from being put back. */
  taken = false;
  held = false;
  /** How wide the oracle's interval is, to both sides. */
  spread = 0;
  blind = false;
  /** How often whoever knows the rate does not answer. */
  silent = 0;

  read(): Reading {
    if (this.blind) return { value: undefined, detail: 'no data' };
    const interval = { lower: this.dial - this.spread, upper: this.dial + this.spread };
    return { value: this.dial, interval, detail: `dial at ${this.dial}` };
  }
}

const partsOf = (bank: TinyBank): Parts => ({
  probes: new Map([
    ['dial', { describe: 'the dial', unit: '1', arguments: {}, oracle: true, read: async () => bank.read() }],
    [
      'metric',
      {
        describe: "the bank's own word",
        unit: '1',
        arguments: {},
        read: async () => ({ value: bank.painted ?? bank.dial, detail: 'as the bank says' }),
      },
    ],
  ]),
  faults: new Map([
    [
      'turn',
      {
        describe: 'turns the dial up',
        arguments: {},
        inject: async () => {
          const before = bank.dial;
          bank.dial = 10;
          bank.armed.push('turn');
          return before;
        },
        clear: async () => {
          if (bank.stuck) throw new Error('the dial does not turn');
          bank.dial = 0;
          bank.armed = [];
        },
        intact: async () => !bank.taken,
        rearm: async () => {
          if (bank.taken && !bank.held) Object.assign(bank, { dial: 10, taken: false });
        },
      },
    ],
    [
      'release',
      {
        describe: 'turns the dial up by what a snapshot holds',
        arguments: {},
        heldBySnapshot: true,
        inject: async () => {
          bank.dial = 10;
          bank.armed.push('release');
        },
        clear: async () => {
          bank.dial = 0;
          bank.armed = [];
          bank.cleared += 1;
        },
      },
    ],
    [
      'traffic',
      {
        describe: 'a quieter day, by a setting that a snapshot holds',
        arguments: {},
        heldBySnapshot: true,
        inject: async () => {
          bank.rate = 40;
        },
        clear: async () => {
          bank.rate = 100;
        },
      },
    ],
    [
      'jolt',
      {
        describe: 'what brings back a cure that was none',
        arguments: {},
        inject: async () => {
          if (bank.armed.includes('turn')) bank.dial = 10;
        },
        clear: async () => {},
      },
    ],
  ]),
  invariants: new Map([
    [
      'world',
      {
        describe: 'customers come as they did',
        capture: async () => bank.rate,
        violations: async (_, rate) => {
          if (bank.silent-- > 0) throw new Error('connection refused');
          return rate === bank.rate ? [] : [`rate ${bank.rate}`];
        },
        restore: async (_, rate) => {
          bank.rate = rate as number;
        },
      },
    ],
  ]),
  evidence: new Map([
    [
      'promql',
      { describe: 'a number', example: 'up', look: async (_, query) => (query === 'nothing' ? null : '1') },
    ],
  ]),
});

const check = { probe: 'dial', atMost: 5, means: 'the dial is low' };

/** One family with two variants; only their causes differ. */
export const tinyScenario: Scenario = {
  id: 'tiny',
  number: 1,
  title: 'something is high',
  level: 'junior',
  minutes: 1,
  tags: [],
  covers: [],
  targets: { local: 'supported' },
  steadyState: [check],
  symptoms: [{ probe: 'metric', atLeast: 6, withinSeconds: 30, means: 'PAGE: the dial is high' }],
  recovery: { holdSeconds: 0.2, minimumRequests: 10, checks: [check] },
  invariants: ['world'],
  redFlags: [],
  causes: ['left-hand', 'right-hand', 'nobody'].map((id) => ({
    id,
    component: 'dial',
    category: 'configuration',
    mechanism: `the ${id} turned it`,
  })),
  hints: [],
  questions: [],
  variants: {
    leftwards: { cause: 'left-hand', disruptions: [{ fault: 'turn' }], doNothing: 'fail' },
    rightwards: { cause: 'right-hand', disruptions: [{ fault: 'turn' }], doNothing: 'fail' },
  },
};

/** Sessions against the tiny bank, with a real journal on disk and a world that answers over HTTP. */
export async function tinyPlatform(change: Partial<Scenario> = {}) {
  const bank = new TinyBank();
  const server = createServer((_, response) => {
    response.statusCode = bank.requests === undefined ? 503 : 200;
    response.end(JSON.stringify({ summary: { requests: bank.requests, answered: bank.requests } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'session-'));
  const file = join(folder, 'incident.sealed');
  const clock = createClock({ wallEpochMs: 0, businessEpochMs: 0, daySeconds: 60 });
  const context: Partial<DrillContext> = {
    clock,
    url: () => url,
    truthToken: '',
    actions: async (since) => bank.actions.filter(({ at }) => at >= since),
    looks: async (since) => bank.looks.filter(({ at }) => at >= since),
  };
  const around: Surroundings = {
    scenario: { ...tinyScenario, ...change },
    parts: partsOf(bank),
    context: context as DrillContext,
    journal: new Journal(file, SECRET),
    snapshots: {
      save: async (name) => void bank.snapshots.push(`save ${name}`),
      restore: async (name) => {
        if (bank.damaged) throw new Error('the snapshot is damaged');
        bank.stuck = false;
        bank.rate = 100;
        if (bank.armed.includes('release')) Object.assign(bank, { dial: 0, armed: [] });
        bank.snapshots.push(`restore ${name}`);
      },
      remove: async (name) => void bank.snapshots.push(`remove ${name}`),
    },
    // Deadlines with room: a busy machine is slow, and only what fails waits for them.
    timing: { steadyMs: 5, steadyDeadlineMs: 5_000, sampleMs: 10, lookMs: 5, settleMs: 500 },
  };
  const within = { deadlineMs: 25_000, everyMs: 5 };
  return {
    bank,
    around,
    journalFile: () => readFileSync(file, 'latin1'),
    /** An incident that has paged. */
    async paged(variant = 'leftwards'): Promise<Session> {
      const session = Session.begin(around, { variant, seed: null });
      await waitFor('the page', () => session.record.phase === 'open', within);
      return session;
    },
    /** The verdict of one check. */
    async checked(session: Session) {
      session.check();
      await waitFor('the verdict', () => !session.record.checking, within);
      return session.record.verdicts.at(-1)!;
    },
    reload: () => new Journal(file, SECRET).load()!,
    async close(session?: Session) {
      await session?.stop();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
