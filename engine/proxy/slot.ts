import type { Random } from '../../lib/kit/random.ts';
import { type ArmedToxic, DEFAULT_BUFFER, type Flow, type Stage } from './toxic.ts';

/** Where a slot's output goes: the next slot or the destination. */
export type Onward = Pick<Flow<unknown>, 'push' | 'end' | 'close' | 'reset'>;

/** The place of one toxic in one link: it decides by toxicity whether the toxic works here, and lets nothing follow the end. */
export class Slot {
  readonly toxic: ArmedToxic;
  readonly #flow: Flow<Record<string, unknown>>;
  // Drawn once: a connection that is spared at toxicity 0.3 is spared at 0.2 as well.
  readonly #draw: number;
  #stage: Stage | undefined;
  #ended = false;

  constructor(toxic: ArmedToxic, random: Pick<Random, 'next'>, onward: Onward) {
    this.toxic = toxic;
    this.#draw = random.next();
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      onward.end();
    };
    this.#flow = {
      get attributes() {
        return toxic.attributes;
      },
      random,
      state: {},
      push: (chunk) => {
        if (!this.#ended) onward.push(chunk);
      },
      end,
      close: () => {
        if (!this.#ended) onward.close();
        end();
      },
      reset: onward.reset,
    };
  }

  /** True while the toxic holds more than its buffer. */
  get full(): boolean {
    return (this.#stage?.held ?? 0) > (this.toxic.kind.buffer ?? DEFAULT_BUFFER);
  }

  /** Lets the toxic work with its current attributes. */
  open(): void {
    if (this.#ended || this.#draw >= this.toxic.toxicity) return;
    this.#stage = this.toxic.kind.create(this.#flow);
  }

  /** Takes a chunk from the source's side. */
  receive(chunk: Buffer): void {
    if (this.#stage === undefined) this.#flow.push(chunk);
    else this.#stage.data(chunk);
  }

  /** Takes the end from the source's side. */
  finish(): void {
    if (this.#stage === undefined) this.#flow.end();
    else this.#stage.end();
  }

  /** Stops the toxic; what it held moves on. `open` starts it again. */
  release(): void {
    const stage = this.#stage;
    this.#stage = undefined;
    stage?.release();
  }

  /** Stops the toxic for good. */
  remove(): void {
    const stage = this.#stage;
    this.release();
    stage?.removed?.();
  }
}
