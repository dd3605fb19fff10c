import type { Static, TObject } from 'typebox';
import type { Random } from '../../lib/kit/random.ts';

/** Which way the bytes run: `upstream` from client to server, `downstream` from server to client. */
export type Direction = 'upstream' | 'downstream';

/** What one toxic on one direction of one connection may do. Everything is synchronous and keeps order. */
export interface Flow<Attributes> {
  readonly attributes: Readonly<Attributes>;
  readonly random: Pick<Random, 'next'>;
  /** Lives as long as the toxic on this connection, through every change of its attributes. */
  readonly state: Record<string, number>;
  /** Hands a chunk to the next toxic or, at the end of the chain, to the socket. */
  push(chunk: Buffer): void;
  /** Hands on the end of the stream. */
  end(): void;
  /** Closes the connection both ways once everything pushed so far has been written. */
  close(): void;
  /** Resets the connection (TCP RST to both peers); what is not yet written is lost. */
  reset(): void;
}

/** One toxic at work on one direction of one connection. */
export interface Stage {
  data(chunk: Buffer): void;
  /** The source has finished. Called once, after the last chunk. */
  end(): void;
  /** Bytes (with overhead) that wait here; the link stops reading when they exceed the toxic's `buffer`. */
  readonly held?: number;
  /** Stop all timers and hand on whatever is held: the attributes change, the toxic goes, or the connection closed. */
  release(): void;
  /** The toxic was removed while the connection lives; called after `release`. */
  removed?(): void;
}

export interface Toxic<Schema extends TObject = TObject> {
  /** Attributes of the API, units in the descriptions. Defaults are filled in; unknown names are refused. */
  readonly attributes: Schema;
  /** How much a stage may hold before the link stops reading from the source, in bytes. */
  readonly buffer?: number;
  create(flow: Flow<Static<Schema>>): Stage;
}

/** What a toxic holds before back-pressure when it does not say otherwise: one read of a Node socket. */
export const DEFAULT_BUFFER = 64 * 1024;

/** Declares a toxic; its type in the API is the name of its file. */
export const defineToxic = <Schema extends TObject>(toxic: Toxic<Schema>): Toxic => toxic as unknown as Toxic;

/** A toxic set on a proxy. `attributes` and `toxicity` change in place; links look at them through this object. */
export interface ArmedToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: Direction;
  readonly kind: Toxic;
  attributes: Record<string, unknown>;
  toxicity: number;
}

/** A toxic as the API shows it. */
export type ToxicView = Omit<ArmedToxic, 'kind'>;
