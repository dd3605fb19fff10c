import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Change } from '../../lib/kit/audit.ts';
import { createClock } from '../../lib/kit/clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { Outbox } from './outbox.ts';
import { openStore } from './store/store.ts';

const clock = createClock({ wallEpochMs: 0, businessEpochMs: 0, daySeconds: 60 });
const logger = pino({ level: 'silent' });

test('what the event log refused is sent again, in order, once it takes records', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  const store = openStore(join(folder, 'registry.db'), clock);
  const sent: string[] = [];
  let refuse = true;
  const audit = {
    async record({ object }: Change) {
      if (refuse) throw new Error('the spool is full');
      sent.push(object);
    },
  };
  for (const name of ['a', 'b', 'c']) store.models.create(name, {}, { actor: 'ada' });
  const outbox = new Outbox(store.journal, audit, logger);
  refuse = false;
  await waitFor('every record sent', () => sent.length === 3, { deadlineMs: 5_000, everyMs: 10 });
  expect(sent).toEqual(['model/a', 'model/b', 'model/c']);
  store.models.create('d', {}, { actor: 'ada' });
  await waitFor('the next record sent', () => store.journal.unpublished(1).length === 0, {
    deadlineMs: 5_000,
  });
  expect(sent.at(-1)).toBe('model/d');
  await outbox.close();
  store.close();
  rmSync(folder, { recursive: true });
});

test('what waited when the process ended goes out at the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  const store = openStore(join(folder, 'registry.db'), clock);
  store.models.create('a', {}, { actor: 'ada', reason: 'left behind' });
  const sent: Change[] = [];
  const outbox = new Outbox(store.journal, { record: async (change) => void sent.push(change) }, logger);
  await waitFor('the record', () => sent.length === 1, { deadlineMs: 5_000, everyMs: 10 });
  expect(sent[0]).toMatchObject({ actor: 'ada', action: 'model.create', reason: 'left behind' });
  await outbox.close();
  store.close();
  rmSync(folder, { recursive: true });
});
