import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlatformEvent, Topic } from '../../contract/events.ts';
import { errors } from './errors.ts';

export interface SpooledEvent {
  topic: Topic;
  partition: number;
  /** What chose the partition. */
  key: string;
  event: PlatformEvent;
}

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/**
 * Events that wait on disk while the log is away, oldest first, within a bound. Written synchronously: an event
 * counts as taken only once the file has it, and this path runs only during an outage. How far the file has been
 * replayed is kept in memory alone: after a crash the replayed part goes out again, and consumers count ids once.
 */
export class Spool {
  readonly #path: string;
  readonly #limit: number;
  #bytes: number;
  #replayed = 0;
  #count: number;
  #peeked = { events: 0, bytes: 0 };

  /** @param limit bytes the file may grow to */
  constructor(path: string, limit: number) {
    this.#path = path;
    this.#limit = limit;
    mkdirSync(dirname(path), { recursive: true });
    const left = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    this.#bytes = left.lastIndexOf(NEWLINE) + 1;
    this.#count = left.filter((byte) => byte === NEWLINE).length;
    // A line that a crash cut short was never acknowledged; left there, it would swallow the next one.
    if (this.#bytes < left.length) truncateSync(path, this.#bytes);
  }

  /** Events waiting. */
  get size(): number {
    return this.#count;
  }

  /** @throws AppError LOG_SPOOL_FULL, and takes none of `events` */
  add(events: readonly SpooledEvent[]): void {
    if (events.length === 0) return;
    const text = `${events.map((event) => JSON.stringify(event)).join('\n')}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#limit) throw errors.SPOOL_FULL(this.#limit);
    try {
      appendFileSync(this.#path, text);
    } catch (error) {
      // A disk that filled up half-way through leaves no torn line for the next one to be glued to.
      if (existsSync(this.#path)) truncateSync(this.#path, this.#bytes);
      throw error;
    }
    this.#bytes += bytes;
    this.#count += events.length;
  }

  /** The oldest waiting events, about a megabyte of them; they stay until `drop` says they are in the log. */
  peek(): SpooledEvent[] {
    if (this.#count === 0) return [];
    const lines = this.#chunk().toString().split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as SpooledEvent);
  }

  /** Whole lines from where the replay stands; more than a chunk only where one line is longer. */
  #chunk(): Buffer {
    const left = this.#bytes - this.#replayed;
    const file = openSync(this.#path, 'r');
    try {
      for (let size = Math.min(CHUNK_BYTES, left); ; size = Math.min(size * 2, left)) {
        const chunk = Buffer.alloc(size);
        readSync(file, chunk, 0, size, this.#replayed);
        const lines = chunk.subarray(0, chunk.lastIndexOf(NEWLINE) + 1);
        if (lines.length === 0 && size < left) continue;
        this.#peeked = { events: lines.filter((byte) => byte === NEWLINE).length, bytes: lines.length };
        return lines;
      }
    } finally {
      closeSync(file);
    }
  }

  /** Forgets what `peek` showed. */
  drop(): void {
    this.#replayed += this.#peeked.bytes;
    this.#count -= this.#peeked.events;
    this.#peeked = { events: 0, bytes: 0 };
    if (this.#count > 0) return;
    rmSync(this.#path, { force: true });
    this.#bytes = 0;
    this.#replayed = 0;
  }
}

/** The spool of one process' log. */
export const openSpool = ({ stateDir, spoolLimit }: { stateDir: string; spoolLimit?: number }): Spool =>
  new Spool(join(stateDir, 'spool.jsonl'), spoolLimit ?? 64 * 1024 * 1024);
