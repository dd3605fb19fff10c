import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { BusinessClock } from '../../../lib/kit/business-clock.ts';
import { createLogger } from '../../../lib/kit/logging.ts';
import { beginReplacement, finishReplacement } from './interrupted.ts';
import { store } from './stored.ts';
import { DATA, NOT_DATA, TestHome } from './testbed.ts';

const BUSINESS_MS = Date.UTC(2025, 2, 3, 12);
const logger = createLogger({ name: 'test', level: 'silent' });

describe('a replacement that a crash interrupted', () => {
  let home: TestHome;
  let from: string;
  let clockFile: string;
  beforeEach(async () => {
    home = new TestHome().write(DATA).write(NOT_DATA);
    from = join(home.layout.snapshots, 'noon');
    clockFile = join(home.layout.state, 'clock.json');
    await store(home.layout, from, join(home.layout.snapshots, '.draft'), async (copy) => {
      await copy();
      return { businessMs: BUSINESS_MS, stallMs: 0 };
    });
  });
  const finish = () => finishReplacement(home.layout, clockFile, logger);

  test('is finished by the next start, the clock with it, and once only', async () => {
    beginReplacement(home.layout, { from, name: 'noon', expendable: false });
    rmSync(home.layout.lake, { recursive: true });
    home.write({ 'state/registry/registry.db': 'half' });
    await finish();
    expect(await home.data()).toEqual(DATA);
    const clock = new BusinessClock(clockFile, 60, () => 0);
    expect(clock.now()).toBe(BUSINESS_MS);
    clock.stop();

    home.write({ 'state/registry/registry.db': 'later versions' });
    await finish();
    expect(home.read('state/registry/registry.db')).toBe('later versions');
  });

  test('whose snapshot is gone is refused, not started on', async () => {
    beginReplacement(home.layout, { from, name: 'noon', expendable: false });
    rmSync(from, { recursive: true });
    await expect(finish()).rejects.toThrow(/bringing back snapshot noon was interrupted .* down --purge/);
    await expect(finish()).rejects.toMatchObject({ code: 'PLATFORM_REPLACEMENT_LOST' });
  });

  test('of data that can be made again ends with no data at all', async () => {
    beginReplacement(home.layout, { from, name: 'prepared data', expendable: true });
    rmSync(from, { recursive: true });
    await finish();
    expect(await home.data()).toEqual({});
    expect(existsSync(home.layout.lake)).toBe(false);
    expect(existsSync(clockFile)).toBe(false);
    expect(readFileSync(join(home.layout.state, 'actions.jsonl'), 'utf8')).toBe('trail');
  });
});
