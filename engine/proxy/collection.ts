import type { Random } from '../../lib/kit/random.ts';
import type { ProxyInput } from './bodies.ts';
import { errors } from './errors.ts';
import { type ProxyView, TcpProxy } from './proxy.ts';
import type { ToxicRegistry } from './registry.ts';

/** All proxies of one server, by name. */
export class ProxyCollection {
  readonly #registry: ToxicRegistry;
  readonly #random: Random;
  readonly #proxies = new Map<string, TcpProxy>();

  constructor(registry: ToxicRegistry, random: Random) {
    this.#registry = registry;
    this.#random = random;
  }

  views(): Record<string, ProxyView> {
    return Object.fromEntries([...this.#proxies].map(([name, proxy]) => [name, proxy.view()]));
  }

  /** @throws PROXY_PROXY_NOT_FOUND */
  get(name: string): TcpProxy {
    const proxy = this.#proxies.get(name);
    if (proxy === undefined) throw errors.PROXY_NOT_FOUND();
    return proxy;
  }

  /** Makes a proxy and, unless told otherwise, starts it. @throws PROXY_PROXY_EXISTS, PROXY_LISTEN_FAILED, PROXY_BAD_ADDRESS */
  async add(input: ProxyInput): Promise<TcpProxy> {
    if (this.#proxies.has(input.name)) throw errors.PROXY_EXISTS();
    const proxy = new TcpProxy(input, this.#registry, this.#random.fork(input.name));
    // Taken before the first await: two requests for one name must not both win.
    this.#proxies.set(proxy.name, proxy);
    try {
      if (input.enabled ?? true) await proxy.start();
    } catch (error) {
      this.#proxies.delete(proxy.name);
      throw error;
    }
    return proxy;
  }

  /** Like `add`, but a proxy that is there with the same addresses stays untouched and another one is replaced. */
  async replace(input: ProxyInput): Promise<TcpProxy> {
    const existing = this.#proxies.get(input.name);
    if (existing?.matches(input)) return existing;
    if (existing !== undefined) await this.remove(input.name);
    return this.add(input);
  }

  /** Stops and forgets a proxy. @throws PROXY_PROXY_NOT_FOUND */
  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    // Forgotten first: a change that came later could otherwise start it again after the stop.
    this.#proxies.delete(name);
    await proxy.stop();
  }

  /** Removes every toxic and starts every proxy, also those after one that fails. @throws PROXY_LISTEN_FAILED */
  async reset(): Promise<void> {
    const proxies = [...this.#proxies.values()];
    for (const proxy of proxies) proxy.toxics.clear();
    await Promise.all(proxies.map((proxy) => proxy.start()));
  }

  /** Stops and forgets all of them. */
  async clear(): Promise<void> {
    await Promise.all([...this.#proxies.keys()].map((name) => this.remove(name)));
  }
}
