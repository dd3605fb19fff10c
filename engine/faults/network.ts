import Type from 'typebox';
import { hash32 } from '../../lib/kit/random.ts';
import { type DrillContext, defineFault } from '../contract/parts.ts';
import { ProxyApiError, type ProxyClient, type ToxicSpec } from '../proxy/client.ts';

interface Network {
  proxy: 'redis-online' | 'redis-log' | 'cold-store';
  kind: 'latency' | 'timeout' | 'reset_peer' | 'bandwidth' | 'down';
  stream: 'downstream' | 'upstream';
  toxicity: number;
  latencyMs: number;
  jitterMs: number;
  afterMs: number;
  kilobytesPerSecond: number;
  forSeconds: number | null;
}

interface Undo {
  toxic: string;
  /** Wall time, epoch ms, at which it is over by itself; absent: until it is cleared. */
  until?: number;
}

/** What ends faults that pass, by the id of their undo. They live in this engine, and so do the toxics they end. */
const ends = new Map<string, NodeJS.Timeout>();

/** Carries nothing; as long as one of them is there, some fault wants its proxy to be off. */
const MARK = 'noop';

const toxicOf = (args: Network): Omit<ToxicSpec, 'name'> => {
  const { kind, stream, toxicity, latencyMs, jitterMs, afterMs, kilobytesPerSecond } = args;
  const attributes: Record<string, number> = {
    latency: { latency: latencyMs, jitter: jitterMs },
    timeout: { timeout: afterMs },
    reset_peer: { timeout: afterMs },
    bandwidth: { rate: kilobytesPerSecond },
    down: {},
  }[kind];
  return kind === 'down' ? { type: MARK } : { type: kind, stream, toxicity, attributes };
};

function endLater(proxy: ProxyClient, args: Network, { toxic, until }: Undo): void {
  if (until === undefined) return;
  const end = setTimeout(
    () => {
      ends.delete(toxic);
      // `clear` comes in any case, and says so if the proxy cannot be reached.
      unset(proxy, args, toxic).catch(() => {});
    },
    Math.max(0, until - Date.now()),
  );
  ends.set(toxic, end.unref());
}

/** Says nothing about what it does; the same for the same arguments, so that it can be found without a record. */
const stemOf = (args: Network): string => `link-${hash32(JSON.stringify(toxicOf(args))).toString(36)}`;

async function set(proxy: ProxyClient, args: Network, name: string): Promise<void> {
  await proxy.addToxic(args.proxy, { ...toxicOf(args), name });
  if (args.kind === 'down') await proxy.update(args.proxy, { enabled: false });
}

async function unset(proxy: ProxyClient, { proxy: name, kind }: Network, toxic: string): Promise<void> {
  await proxy.removeToxic(name, toxic).catch((error: unknown) => {
    if (!(error instanceof ProxyApiError && error.status === 404)) throw error;
  });
  if (kind !== 'down') return;
  const { enabled, toxics } = await proxy.get(name);
  if (!enabled && !toxics.some(({ type }) => type === MARK)) await proxy.update(name, { enabled: true });
}

/** One that is about to be over by itself may be gone already: timers are not exact. */
const ABOUT_TO_END_MS = 1_000;

async function intact({ proxy }: DrillContext, args: Network, undo: unknown): Promise<boolean> {
  const { toxic, until } = undo as Undo;
  if (until !== undefined && until <= Date.now() + ABOUT_TO_END_MS) return true;
  const { enabled, toxics } = await proxy.get(args.proxy);
  const wanted = toxicOf(args);
  const found = toxics.find(({ name }) => name === toxic);
  if (found === undefined || (args.kind === 'down' && enabled)) return false;
  const { toxicity = found.toxicity, stream = found.stream, attributes = {} } = wanted;
  return (
    found.toxicity === toxicity &&
    found.stream === stream &&
    Object.entries(attributes).every(([name, value]) => found.attributes[name] === value)
  );
}

/**
 * The network between the services and one of their stores, by Toxiproxy's toxics. Several at once add up, on
 * one proxy or on different ones. The engine itself goes past the proxy and is never affected.
 */
export default defineFault<Network>({
  describe:
    'A bad network between the services and one of their stores: slow, thin, silent, resetting or gone.',
  arguments: {
    proxy: Type.Union(
      (['redis-online', 'redis-log', 'cold-store'] as const).map((name) => Type.Literal(name)),
      { description: 'which way: to the online store, to the event log, or to the cold store' },
    ),
    kind: Type.Union(
      (['latency', 'timeout', 'reset_peer', 'bandwidth', 'down'] as const).map((kind) => Type.Literal(kind)),
      {
        description:
          'every chunk late; bytes vanish; connections are reset; so many bytes a second; nobody listens',
      },
    ),
    stream: Type.Union([Type.Literal('downstream'), Type.Literal('upstream')], {
      default: 'downstream',
      description: 'answers of the store, or commands to it; nothing to do with `down`',
    }),
    toxicity: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 1,
      description: 'share of the connections that suffer; `down` is for all',
    }),
    latencyMs: Type.Number({ minimum: 0, default: 0, description: 'latency: ms added to every chunk' }),
    jitterMs: Type.Number({ minimum: 0, default: 0, description: 'latency: uniform, ± so many ms' }),
    afterMs: Type.Number({
      minimum: 0,
      default: 0,
      description:
        'timeout: ms without bytes until the connection closes, 0 is never; reset_peer: ms to the reset',
    }),
    kilobytesPerSecond: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'bandwidth: KB/s (1,000 bytes) for each connection; 0 lets nothing through',
    }),
    forSeconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
      default: null,
      description: 'wall seconds after which it is over by itself; null: when it is cleared',
    }),
  },
  async inject({ proxy }, args): Promise<Undo> {
    const taken = new Set((await proxy.toxics(args.proxy)).map(({ name }) => name));
    const stem = stemOf(args);
    let toxic = stem;
    for (let n = 2; taken.has(toxic); n++) toxic = `${stem}-${n}`;
    await set(proxy, args, toxic);
    const undo = { toxic, ...(args.forSeconds !== null && { until: Date.now() + args.forSeconds * 1_000 }) };
    endLater(proxy, args, undo);
    return undo;
  },
  async clear({ proxy }, args, undo) {
    const toxic = (undo as Undo | undefined)?.toxic ?? stemOf(args);
    clearTimeout(ends.get(toxic));
    ends.delete(toxic);
    await unset(proxy, args, toxic);
  },
  intact,
  /** Where the proxy lives in the engine, it has forgotten everything with it; a container that was restarted, too. */
  async rearm(context, args, undo) {
    const { toxic, until } = undo as Undo;
    if (until !== undefined && until <= Date.now()) return;
    if (!(await intact(context, args, undo))) {
      await unset(context.proxy, args, toxic);
      await set(context.proxy, args, toxic);
    }
    if (!ends.has(toxic)) endLater(context.proxy, args, undo as Undo);
  },
});
