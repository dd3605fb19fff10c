import type { Socket } from 'node:net';
import type { Random } from '../../lib/kit/random.ts';
import { Slot } from './slot.ts';
import type { ArmedToxic } from './toxic.ts';

/**
 * One direction of one connection: source → slot of a toxic → … → destination. With no toxics a chunk goes from one
 * socket to the other untouched. Reading stops while the destination is behind or a toxic holds more than its buffer,
 * so a link holds at most those buffers and one chunk.
 */
export class Link {
  readonly #source: Socket;
  readonly #destination: Socket;
  readonly #random: Pick<Random, 'next'>;
  readonly #slots: Slot[] = [];
  #paused = false;
  #sourceEnded = false;
  #finished = false;
  #closing = false;

  constructor(source: Socket, destination: Socket, random: Pick<Random, 'next'>) {
    this.#source = source;
    this.#destination = destination;
    this.#random = random;
  }

  /** Starts to carry bytes through the given toxics, in order. */
  start(toxics: Iterable<ArmedToxic>): void {
    for (const toxic of toxics) this.add(toxic);
    this.#destination.on('drain', () => this.#balance());
    this.#source.on('end', () => this.#onSourceEnd());
    this.#source.on('close', () => {
      // After an error there was no 'end'. And with the source gone nobody reads what the destination still sends.
      this.#onSourceEnd();
      if (this.#finished) this.#destination.destroySoon();
    });
    this.#source.on('data', (chunk: Buffer) => this.#onData(chunk));
    this.#source.resume();
  }

  /** Puts a toxic at the end of the chain. */
  add(toxic: ArmedToxic): void {
    const slot = new Slot(toxic, this.#random, {
      push: (chunk) => this.#pass(this.#after(slot), chunk),
      end: () => this.#passEnd(this.#after(slot)),
      close: () => {
        this.#closing = true;
      },
      reset: () => this.#reset(),
    });
    this.#slots.push(slot);
    if (!this.#finished) slot.open();
  }

  /** Applies new attributes or a new toxicity; what the toxic held under the old ones moves on at once. */
  update(toxic: ArmedToxic): void {
    const slot = this.#find(toxic);
    slot?.release();
    if (!this.#finished) slot?.open();
    this.#balance();
  }

  /** Takes a toxic out of the chain; what it held moves on first, so order is kept. */
  remove(toxic: ArmedToxic): void {
    const slot = this.#find(toxic);
    if (slot === undefined) return;
    slot.remove();
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#balance();
  }

  /** Stops every timer of this link; called when the connection is gone. */
  dispose(): void {
    this.#finished = true;
    for (const slot of this.#slots) slot.release();
  }

  #find(toxic: ArmedToxic): Slot | undefined {
    return this.#slots.find((slot) => slot.toxic === toxic);
  }

  #after(slot: Slot): Slot | undefined {
    return this.#slots[this.#slots.indexOf(slot) + 1];
  }

  #onData(chunk: Buffer): void {
    this.#pass(this.#slots[0], chunk);
    this.#balance();
  }

  #onSourceEnd(): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    this.#passEnd(this.#slots[0]);
  }

  #pass(next: Slot | undefined, chunk: Buffer): void {
    if (next !== undefined) next.receive(chunk);
    else if (this.#destination.writable) this.#destination.write(chunk);
    // A toxic's timer brought us here: it may hold little enough by now to read on.
    if (this.#paused) this.#balance();
  }

  #passEnd(next: Slot | undefined): void {
    if (next !== undefined) next.finish();
    else this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    // A source that only finished sending may still read the answer (half-close). One that is gone may not.
    if (this.#closing || this.#source.destroyed) this.#destination.destroySoon();
    else this.#destination.end();
    if (this.#closing) this.#source.destroySoon();
  }

  #balance(): void {
    const full = this.#destination.writableNeedDrain || this.#slots.some((slot) => slot.full);
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#source.pause();
    else this.#source.resume();
  }

  #reset(): void {
    for (const socket of [this.#destination, this.#source]) if (!socket.destroyed) socket.resetAndDestroy();
  }
}
