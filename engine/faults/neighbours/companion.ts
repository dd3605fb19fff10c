import { text } from 'node:stream/consumers';
import { lives } from '../../targets/local/identity.ts';
import { amendRecord, readRecord } from './record.ts';

const LOOK_EVERY_MS = 500;

/**
 * The first call of every program in `programs/`: takes the title it was given, and from then on looks whether it may
 * stay. Answers its options.
 */
export async function beNeighbour<T>(begin: (options: T) => Promise<void> | void): Promise<void> {
  const { title, record: path } = JSON.parse(await text(process.stdin)) as { title: string; record: string };
  const record = readRecord(path);
  if (!record) process.exit(0);
  await begin(record.options as T);
  setInterval(() => void look(path), LOOK_EVERY_MS);
  process.title = title;
}

let ownerGoneAt: number | undefined;

async function look(path: string): Promise<void> {
  const record = readRecord(path);
  if (!record) process.exit(0);
  if (await lives(record.owner)) {
    ownerGoneAt = undefined;
    return;
  }
  ownerGoneAt ??= performance.now();
  if (performance.now() - ownerGoneAt < record.graceMs) return;
  amendRecord(path, { ...record, left: true });
  process.exit(0);
}
