import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Random } from '../../lib/kit/random.ts';
import { formatAddress, parseAddress } from './address.ts';
import { ArmedToxics } from './armed.ts';
import type { ProxyInput } from './bodies.ts';
import { connect } from './connection.ts';
import { errors } from './errors.ts';
import type { ToxicRegistry } from './registry.ts';
import type { ToxicView } from './toxic.ts';

/** A proxy as the API shows it. */
export interface ProxyView {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
  toxics: ToxicView[];
}

/** A TCP proxy: while enabled it listens and joins each client to the upstream through the toxics. */
export class TcpProxy {
  readonly name: string;
  readonly toxics: ArmedToxics;
  readonly #random: Pick<Random, 'next'>;
  readonly #cuts = new Set<() => void>();
  #listen: string;
  #upstream: string;
  #server: Server | undefined;
  // Starting and stopping take time: changes wait for each other, so that the last one asked for wins.
  #queue: Promise<unknown> = Promise.resolve();

  constructor(input: ProxyInput, registry: ToxicRegistry, random: Pick<Random, 'next'>) {
    this.name = input.name;
    this.toxics = new ArmedToxics(registry);
    this.#random = random;
    this.#listen = formatAddress(parseAddress(input.listen ?? '', 'listen'));
    this.#upstream = formatAddress(parseAddress(input.upstream, 'upstream'));
  }

  get enabled(): boolean {
    return this.#server !== undefined;
  }

  view(): ProxyView {
    const { name, enabled, toxics } = this;
    return { name, listen: this.#listen, upstream: this.#upstream, enabled, toxics: toxics.list() };
  }

  /** True when listener and upstream are those of `input`. */
  matches(input: ProxyInput): boolean {
    const sameListener = formatAddress(parseAddress(input.listen ?? '', 'listen')) === this.#listen;
    return sameListener && formatAddress(parseAddress(input.upstream, 'upstream')) === this.#upstream;
  }

  /** Listens; nothing happens when it does already. @throws PROXY_LISTEN_FAILED */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  /** Closes listener and connections, and waits until they are closed. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** Changes addresses (which cuts live connections) and whether it listens. @throws PROXY_BAD_ADDRESS, PROXY_LISTEN_FAILED */
  update(input: Partial<ProxyInput>): Promise<void> {
    return this.#inTurn(async () => {
      const listen = formatAddress(parseAddress(input.listen ?? this.#listen, 'listen'));
      const upstream = formatAddress(parseAddress(input.upstream ?? this.#upstream, 'upstream'));
      const enabled = input.enabled ?? this.enabled;
      const moved = listen !== this.#listen || upstream !== this.#upstream;
      if (moved || !enabled) await this.#stop();
      this.#listen = listen;
      this.#upstream = upstream;
      if (enabled) await this.#start();
    });
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #start(): Promise<void> {
    if (this.#server !== undefined) return;
    // Paused until the upstream answers, so that the kernel, not we, keeps what the client sends meanwhile.
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, (client) => {
      const cut = connect(client, parseAddress(this.#upstream, 'upstream'), this.toxics, this.#random, () => {
        this.#cuts.delete(cut);
      });
      this.#cuts.add(cut);
    });
    const address = parseAddress(this.#listen, 'listen');
    try {
      await once(server.listen(address), 'listening');
    } catch (error) {
      throw errors.LISTEN_FAILED(this.#listen, messageOf(error));
    }
    const bound = server.address();
    if (bound !== null && typeof bound === 'object')
      this.#listen = formatAddress({ ...address, port: bound.port });
    this.#server = server;
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const cut of this.#cuts) cut();
    await closed;
  }
}
