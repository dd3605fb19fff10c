import { describe, expect, test } from 'vitest';
import { atBase, commandsFor, complaintAbout, variantsIn } from './debrief.ts';

const DEBRIEF = `# Debrief

1. Look.

   \`\`\`
   ./drill status
   # not a command
   curl -s 127.0.0.1:4041/metrics \\
     | grep lag
   \`\`\`

   \`\`\`text
   platform healthy
   \`\`\`

## Variant: base

\`\`\`sh
./drill ps
\`\`\`

## Variant: poison-event

\`\`\`
redis-cli -p 4380 PING
\`\`\`

### A detail of it

\`\`\`
./drill logs gateway
\`\`\`

## How a senior tells it

\`\`\`
./drill list
\`\`\`
`;

describe('the commands of a debrief', () => {
  const common = ['./drill status', 'curl -s 127.0.0.1:4041/metrics  | grep lag'];

  test('are those of all variants and those of its own', () => {
    expect(commandsFor(DEBRIEF, 'base')).toEqual([...common, './drill ps', './drill list']);
    expect(commandsFor(DEBRIEF, 'poison-event')).toEqual([
      ...common,
      'redis-cli -p 4380 PING',
      './drill logs gateway',
      './drill list',
    ]);
    expect(commandsFor(DEBRIEF, 'quiet-night')).toEqual([...common, './drill list']);
  });

  test('name their variants', () => {
    expect(variantsIn(DEBRIEF)).toEqual(['base', 'poison-event']);
  });

  test.each([
    [
      'curl -s 127.0.0.1:4190/api?x=4190 localhost:4000/',
      'curl -s 127.0.0.1:43190/api?x=4190 localhost:43000/',
    ],
    ['redis-cli -p 4379 GET card:4380', 'redis-cli -p 43379 GET card:4380'],
    ['curl 127.0.0.1:5000', 'curl 127.0.0.1:5000'],
    ['amtool --alertmanager.url=http://127.0.0.1:4193', 'amtool --alertmanager.url=http://127.0.0.1:43193'],
  ])('%s goes to the platform under test', (command, there) => {
    expect(atBase(command, 43_000)).toBe(there);
  });

  test.each([
    ['./drill ps', { code: 0, stdout: 'gateway', stderr: '' }, undefined],
    ['./drill ps', { code: 0, stdout: ' \n', stderr: '' }, 'printed nothing'],
    [
      './drill ps',
      { code: 1, stdout: '', stderr: 'the platform is down\nat' },
      'exited 1: the platform is down',
    ],
    [
      'curl 127.0.0.1:4190/api/v1/query?query=up',
      { code: 0, stdout: '{"data":{"result":[]}}', stderr: '' },
      'found no series',
    ],
  ])('%s printing %j', (command, ran, complaint) => {
    expect(complaintAbout(command, ran)).toBe(complaint);
  });
});
