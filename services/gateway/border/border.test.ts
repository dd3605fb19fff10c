import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHANNELS, type Currency } from '../../../lib/contract/transaction.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { discoverChannels } from '../channel.ts';
import { loadContracts, parseContract } from './contract.ts';
import { Window } from './window.ts';

const PARTNER = readFileSync(new URL('../contracts/partner.yaml', import.meta.url), 'utf8');

test('every channel has a contract, and every contract its channel', async () => {
  expect([...(await loadContracts(CHANNELS)).keys()]).toEqual([...CHANNELS].sort());
  expect(readdirSync(new URL('../contracts/', import.meta.url))).toHaveLength(CHANNELS.length);
});

test.each([
  ['version', PARTNER.replace('version: 1', 'version: 0'), 'partner.yaml'],
  ['owner', PARTNER.replace(/^owner:.*$/m, ''), 'partner.yaml'],
  ['window.minimum', PARTNER.replace('minimum: 20', 'minimum: 301'), 'partner.yaml'],
  [
    'amount_median.EUR.minimum',
    PARTNER.replace('EUR: { minimum: 3,', 'EUR: { minimum: 501,'),
    'partner.yaml',
  ],
  ['amount_median.JPY', PARTNER.replace('EUR:', 'JPY:'), 'partner.yaml'],
  ['channel', PARTNER, 'pigeon.yaml'],
])('a contract whose %s is wrong is refused, and the field named', (field, yaml, file) => {
  expect(() => parseContract(yaml, file)).toThrow(expect.objectContaining({ field }));
});

test('the window says of every median and share what sorting and counting say', () => {
  const random = createRandom('window');
  const contract = parseContract(PARTNER, 'partner.yaml');
  const window = new Window(contract);
  const seen: { currency: Currency; amount: number; odd: boolean }[] = [];
  const broken = new Set<boolean>();
  for (let i = 0; i < 3_000; i++) {
    const factor = Math.floor(i / 500) % 2 === 0 ? 1 : 100;
    const currency = random.pick(['EUR', 'EUR', 'PLN'] as const);
    const amount = Math.exp(random.normal(3.5, 1.2)) * factor;
    const odd = random.next() < 0.05;
    window.add(currency, amount, odd);
    seen.push({ currency, amount, odd });
    const newest = seen.slice(-contract.window.messages);
    let any = false;
    for (const name of ['EUR', 'PLN'] as const) {
      const amounts = newest.filter((one) => one.currency === name).map((one) => one.amount);
      if (amounts.length < contract.window.minimum) continue;
      amounts.sort((a, b) => a - b);
      const half = amounts.length / 2;
      const median = (amounts[Math.ceil(half) - 1]! + amounts[Math.floor(half)]!) / 2;
      const { minimum, maximum } = contract.amount_median[name]!;
      const below = amounts.filter((one) => one < minimum).length;
      const above = amounts.filter((one) => one > maximum).length;
      any ||= below > half || above > half;
      if (i % 50 === 0) expect(window.median(name).observed).toBeCloseTo(median, 9);
    }
    broken.add(any);
    expect(window.medianBroken).toBe(any);
    const odds = newest.filter((one) => one.odd).length;
    const enough = newest.length >= contract.window.minimum;
    expect(window.shareBroken).toBe(enough && odds > contract.violation_share.maximum * newest.length);
  }
  expect(broken.size).toBe(2);
  window.clear();
  expect([window.medianBroken, window.shareBroken, window.share.observed]).toEqual([false, false, null]);
});

const FORMAT_1 = {
  ref: 'REF',
  card: 'card-1',
  amt: '12,50',
  ccy: 'GBP',
  shop: 'm-1',
  ctry: 'GB',
  dev: 'd-1',
  at: '1741004130123',
};

test('both formats of the partner say the same transaction; read in the wrong one it is another', async () => {
  const partner = (await discoverChannels()).find(({ name }) => name === 'partner')!;
  expect([...partner.formats.keys()]).toEqual(['v1', 'v2']);
  const [v1, v2] = ['v1', 'v2'].map((format) => partner.formats.get(format)!);
  const format2 = { ...FORMAT_1, amt: '1250,00', ctry: 'UK' };
  const transaction = v1!.toTransaction(FORMAT_1);
  expect(v2!.toTransaction(format2)).toEqual(transaction);
  expect(v1!.toTransaction(format2)).toEqual({ ...transaction, amount: 1_250, country: 'UK' });
  expect(() => v2!.toTransaction({ ...format2, ctry: 'GB' })).toThrow(
    expect.objectContaining({ status: 400, field: 'ctry' }),
  );
});
