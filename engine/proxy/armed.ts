import { checkAttributes, checkBody, ToxicInput, ToxicPatch } from './bodies.ts';
import { errors } from './errors.ts';
import type { Link } from './link.ts';
import type { ToxicRegistry } from './registry.ts';
import type { ArmedToxic, Direction, ToxicView } from './toxic.ts';

type Links = Record<Direction, Link>;

/** The toxics of one proxy, in the order in which they were set, kept in step with its live connections. */
export class ArmedToxics {
  readonly #registry: ToxicRegistry;
  readonly #armed: ArmedToxic[] = [];
  readonly #attached = new Set<Links>();

  constructor(registry: ToxicRegistry) {
    this.#registry = registry;
  }

  /** Lets a new connection carry bytes through the toxics of today and of later. */
  attach(links: Links): void {
    this.#attached.add(links);
    links.upstream.start(this.#armed.filter(({ stream }) => stream === 'upstream'));
    links.downstream.start(this.#armed.filter(({ stream }) => stream === 'downstream'));
  }

  detach(links: Links): void {
    this.#attached.delete(links);
  }

  list(): ToxicView[] {
    return this.#armed.map(view);
  }

  /** @throws PROXY_TOXIC_NOT_FOUND */
  get(name: string): ToxicView {
    return view(this.#find(name));
  }

  /**
   * Sets the toxic described by a request body.
   * @throws PROXY_BAD_BODY, PROXY_BAD_STREAM, PROXY_BAD_TOXIC_TYPE, PROXY_TOXIC_EXISTS
   */
  add(body: unknown): ToxicView {
    const {
      type,
      stream = 'downstream',
      toxicity = 1,
      attributes = {},
      ...input
    } = checkBody(ToxicInput, body);
    if (!isDirection(stream)) throw errors.BAD_STREAM();
    const kind = this.#registry.get(type);
    if (kind === undefined) throw errors.BAD_TOXIC_TYPE(type, [...this.#registry.keys()]);
    const name = input.name || `${type}_${stream}`;
    if (this.#armed.some((armed) => armed.name === name)) throw errors.TOXIC_EXISTS();
    const armed = {
      name,
      type,
      stream,
      toxicity,
      kind,
      attributes: checkAttributes(type, kind.attributes, attributes),
    };
    this.#armed.push(armed);
    for (const links of this.#attached) links[stream].add(armed);
    return view(armed);
  }

  /**
   * Changes attributes (those not named stay) and toxicity.
   * @throws PROXY_TOXIC_NOT_FOUND, PROXY_BAD_BODY
   */
  update(name: string, body: unknown): ToxicView {
    const armed = this.#find(name);
    const { attributes, toxicity } = checkBody(ToxicPatch, body);
    const merged = { ...armed.attributes, ...attributes };
    armed.attributes = checkAttributes(armed.type, armed.kind.attributes, merged);
    armed.toxicity = toxicity ?? armed.toxicity;
    for (const links of this.#attached) links[armed.stream].update(armed);
    return view(armed);
  }

  /** @throws PROXY_TOXIC_NOT_FOUND */
  remove(name: string): void {
    const armed = this.#find(name);
    this.#armed.splice(this.#armed.indexOf(armed), 1);
    for (const links of this.#attached) links[armed.stream].remove(armed);
  }

  clear(): void {
    for (const { name } of [...this.#armed]) this.remove(name);
  }

  #find(name: string): ArmedToxic {
    const armed = this.#armed.find((candidate) => candidate.name === name);
    if (armed === undefined) throw errors.TOXIC_NOT_FOUND();
    return armed;
  }
}

const isDirection = (stream: string): stream is Direction => stream === 'upstream' || stream === 'downstream';

const view = ({ kind: _, ...shown }: ArmedToxic): ToxicView => shown;
