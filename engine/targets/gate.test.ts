import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function recorder() {
  const seen: string[] = [];
  /** Work that says when it begins and ends when it is told to. */
  const work = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const run = async () => {
      seen.push(`${name} begins`);
      await promise;
      seen.push(`${name} ends`);
    };
    return { run, end: resolve, fail: reject };
  };
  return { seen, work };
}

test('changes pass side by side', async () => {
  const gate = new Gate();
  const { seen, work } = recorder();
  const [a, b] = [work('a'), work('b')];
  const both = Promise.all([gate.pass(a.run), gate.pass(b.run)]);
  await nextTurn();
  expect(seen).toEqual(['a begins', 'b begins']);
  a.end();
  b.end();
  await both;
});

test('closing waits for who came before, and who comes later waits for it', async () => {
  const gate = new Gate();
  const { seen, work } = recorder();
  const [before, closing, after] = [work('before'), work('closing'), work('after')];
  const all = Promise.all([gate.pass(before.run), gate.close(closing.run), gate.pass(after.run)]);
  await nextTurn();
  expect(seen).toEqual(['before begins']);
  before.end();
  await nextTurn();
  expect(seen.slice(1)).toEqual(['before ends', 'closing begins']);
  closing.end();
  await nextTurn();
  expect(seen.slice(3)).toEqual(['closing ends', 'after begins']);
  after.end();
  await all;
});

test('what failed keeps nobody out', async () => {
  const gate = new Gate();
  const { work } = recorder();
  const [change, closing] = [work('change'), work('closing')];
  const failed = expect(gate.pass(change.run)).rejects.toThrow('broke');
  const alsoFailed = expect(gate.close(closing.run)).rejects.toThrow('broke too');
  change.fail(new Error('broke'));
  closing.fail(new Error('broke too'));
  await Promise.all([failed, alsoFailed]);
  await expect(gate.pass(async () => 'through')).resolves.toBe('through');
  await expect(gate.close(async () => 'closed')).resolves.toBe('closed');
});
