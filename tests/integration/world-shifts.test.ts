import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import shift from '../../engine/faults/shift.ts';
import { armable, contextOf } from '../../engine/testbed.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { buildWorld } from '../../services/world/app.ts';
import { configFor, openBank, TRUTH_TOKEN } from '../../services/world/testbed.ts';
import { freePort } from '../support/ports.ts';

/** Everybody pays through the partner. */
const settings = { 'traffic.mix.terminal': 0, 'traffic.mix.webshop': 0 };
const within = { deadlineMs: 100_000, everyMs: 20 };

let bank: Awaited<ReturnType<typeof openBank>>;
let stateDir: string;
let url: string;
let stop: () => Promise<void>;
const startWorld = async () => {
  const redisUrl = `redis://127.0.0.1:${await freePort()}`;
  const world = await buildWorld(configFor({ stateDir, redisUrl, gatewayUrl: bank.url, settings }));
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
  stop = () => world.lifecycle.stop();
};
beforeEach(async () => {
  bank = await openBank();
  stateDir = mkdtempSync(join(tmpdir(), 'world-'));
  await startWorld();
});
afterEach(async () => {
  await stop();
  await bank.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const arm = (given: Record<string, unknown>) =>
  armable(shift, contextOf({ url: () => url, truthToken: TRUTH_TOKEN }), given);
const active = async (): Promise<{ name: string; parameters: object; since: string }[]> => {
  const answer = await fetch(`${url}/v1/shifts`, { headers: { authorization: `Bearer ${TRUTH_TOKEN}` } });
  return ((await answer.json()) as { active: never[] }).active;
};
/** The newest amounts of the partner, as it words them. */
const newest = () =>
  bank.received.flatMap(({ channel, body }) => (channel === 'partner' ? [String(body.amt)] : [])).slice(-20);
const whole = (amount: string) => amount.endsWith(',00');

test('a shift reaches what the bank is sent, outlives a restart of the world, and ends', {
  timeout: 300_000,
}, async () => {
  const armed = arm({ shift: 'partner-software' });
  const undo = await armed.inject();
  // One in a hundred ends so anyway.
  await waitFor('the new software alone', () => newest().length === 20 && newest().every(whole), within);

  const before = await active();
  expect(before).toMatchObject([{ name: 'partner-software', parameters: { share: 1, ramp_hours: 0 } }]);
  await stop();
  await startWorld();
  expect(await active()).toEqual(before);
  await armed.rearm(undo);
  expect(await active()).toEqual(before);

  await armed.clear(undo);
  await armed.clear(undo);
  expect(await active()).toEqual([]);
  await waitFor('messages as ever', () => newest().some((amount) => !whole(amount)), within);
});

test('what the world forgot begins again, and what it does not know is refused', {
  timeout: 120_000,
}, async () => {
  await arm({ shift: 'holiday' }).rearm(null);
  expect(await active()).toMatchObject([{ name: 'holiday' }]);
  await expect(arm({ shift: 'holiday' }).inject()).rejects.toThrow('is on already');
  await expect(arm({ shift: 'flood' }).inject()).rejects.toThrow('there is no shift flood');
  await expect(arm({ shift: 'quiet', parameters: { volume: 2 } }).inject()).rejects.toThrow('volume');
});
