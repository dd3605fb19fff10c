import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../../lib/kit/random.ts';
import { ProxyCollection } from './collection.ts';
import { loadToxics } from './registry.ts';
import { openWire, portOf, receive, startServer } from './testbed.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toxics-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The code block of the README that is headed by `file`. */
async function blockOf(file: string): Promise<string> {
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  return new RegExp(`\`\`\`ts ${file}\\n(.*?)\`\`\``, 's').exec(readme)![1]!;
}

/** Puts a toxic into the folder; outside the repository its imports need whole paths. */
const install = (file: string, source: string) =>
  writeFile(
    join(folder, file),
    source
      .replace("'typebox'", `'${import.meta.resolve('typebox')}'`)
      .replace("'../", `'${import.meta.dirname}/`),
  );

test('ours are found by their file names', async () => {
  const types = [
    'bandwidth',
    'latency',
    'limit_data',
    'noop',
    'reset_peer',
    'slicer',
    'slow_close',
    'timeout',
  ];
  expect([...(await loadToxics()).keys()]).toEqual(types);
});

test('a file that is no toxic is named', async () => {
  await install('broken.ts', 'export default {};');
  await expect(loadToxics(folder)).rejects.toThrow(
    'broken.ts is not a toxic: it must `export default defineToxic(',
  );
});

test('the how-to starts from noop.ts as it is', async () => {
  expect(await blockOf('noop.ts')).toBe(
    await readFile(join(import.meta.dirname, 'toxics', 'noop.ts'), 'utf8'),
  );
});

test.each([
  ['noop', {}, 'aaaaaaaaaa'],
  ['corrupt', { every: 5 }, 'aaaa`aaaa`'],
])('the how-to: %s works once its file is in the folder', async (type, attributes, expected) => {
  await install(`${type}.ts`, await blockOf(`${type}.ts`));
  const echo = await startServer((socket) => socket.pipe(socket));
  const collection = new ProxyCollection(await loadToxics(folder), createRandom(1));
  const proxy = await collection.add({
    name: 'wire',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${echo.port}`,
  });
  proxy.toxics.add({ type, attributes });
  const wire = await openWire(portOf(proxy.view().listen));
  wire.socket.write('aaaaaaa');
  await receive(wire, 7);
  wire.socket.write('aaa');
  expect((await receive(wire, 10)).toString()).toBe(expected);
  await collection.clear();
  await echo.stop();
});
