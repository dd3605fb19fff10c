import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { CHANNELS, TransactionSchema } from '../../lib/contract/transaction.ts';
import { checkTransaction } from './canonical.ts';
import { discoverChannels } from './channel.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const folderWith = (file: string, source: string): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'channels-'));
  folders.push(folder);
  writeFileSync(join(folder, file), source);
  return pathToFileURL(`${folder}/`);
};

test('every channel of the contract has a file, and every file its channel', async () => {
  const names = (await discoverChannels()).map(({ name }) => name);
  expect(names).toEqual([...CHANNELS].sort());
});

test('every canonical field has a native name', async () => {
  const canonical = Object.keys(TransactionSchema.properties).filter((field) => field !== 'channel');
  for (const { formats } of await discoverChannels()) {
    for (const { fields } of formats.values()) {
      expect(Object.keys(fields).sort()).toEqual([...canonical].sort());
    }
  }
});

test('a file is a channel as soon as it lies in the folder', async () => {
  const folder = folderWith('pigeon.ts', 'export default { name: "pigeon", fields: {}, schema: {} };');
  expect((await discoverChannels(folder)).map(({ name }) => name)).toEqual(['pigeon']);
});

test('a file without a channel of its name is named in the error', async () => {
  const folder = folderWith('pigeon.ts', 'export default { name: "owl" };');
  await expect(discoverChannels(folder)).rejects.toThrow('channels/pigeon.ts must export');
});

const TERMINAL = {
  mti: '0100',
  f2: 'card-1',
  f4: '000000001250',
  f12: '250303121530',
  f19: '276',
  f37: 'REF',
  f41: 'T1',
  f42: 'm-1',
  f49: '978',
};
const PARTNER = {
  ref: 'REF',
  card: 'card-1',
  amt: '12,50',
  ccy: 'EUR',
  shop: 'm-1',
  ctry: 'DE',
  dev: 'd-1',
  at: '1741004130123',
};

test.each([
  ['terminal', { ...TERMINAL, f49: '392' }, 'f49'],
  ['terminal', { ...TERMINAL, f19: '999' }, 'f19'],
  ['terminal', { ...TERMINAL, f12: '250231121530' }, 'f12'],
  ['terminal', { ...TERMINAL, f12: '250303251530' }, 'f12'],
  ['terminal', { ...TERMINAL, f4: '000000000000' }, 'f4'],
  ['terminal', { ...TERMINAL, f2: 'two words' }, 'f2'],
  ['partner', { ...PARTNER, ctry: 'de' }, 'ctry'],
  ['partner', { ...PARTNER, amt: '0,00' }, 'amt'],
  ['partner', { ...PARTNER, at: '999999999999999' }, 'at'],
])('%s: what the schema cannot see is refused by its native name (%j)', async (name, message, field) => {
  const channel = (await discoverChannels()).find((one) => one.name === name)!;
  const adapter = channel.formats.get('v1')!;
  const read = () => {
    const transaction = adapter.toTransaction(message);
    checkTransaction(transaction, (canonical) => adapter.fields[canonical as 'id'] ?? canonical);
  };
  expect(read).toThrow(expect.objectContaining({ status: 400, field }));
});
