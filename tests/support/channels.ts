import { DAY_MS } from '../../lib/kit/clock.ts';
import { createPopulation } from '../../services/world/simulation/population.ts';
import type { SimulatedTransaction } from '../../services/world/simulation/purchase.ts';
import { Simulation, USUAL_FRAUD_SHARE, USUAL_MIX } from '../../services/world/simulation/simulation.ts';
import partner from '../../services/world/sources/partner.ts';
import terminal from '../../services/world/sources/terminal.ts';
import webshop from '../../services/world/sources/webshop.ts';

const SOURCES = { partner, terminal, webshop };
type Channel = keyof typeof SOURCES;

/** A channel's own message, as `POST /v1/channels/{channel}/score` takes it. */
export interface NativeMessage {
  channel: Channel;
  id: string;
  body: Record<string, unknown>;
}

/** What the world's customers send in the two business days before `endMs`, oldest first. */
export function nativeMessages(seed: string, endMs: number): NativeMessage[] {
  const simulation = new Simulation({
    population: createPopulation(seed),
    run: 1,
    startMs: endMs - 2 * DAY_MS,
    levers: { volumePerDay: 6_000, fraudShare: USUAL_FRAUD_SHARE, mix: { ...USUAL_MIX } },
  });
  return simulation.advance(endMs).map((purchase: SimulatedTransaction) => {
    const { id, channel } = purchase.transaction;
    return { channel, id, body: SOURCES[channel].message(purchase) };
  });
}

/** FIPS 10-4 where it differs from ISO 3166-1 alpha-2, after the gateway's README. */
const FIPS: Record<string, string> = {
  AT: 'AU',
  CH: 'SZ',
  DE: 'GM',
  ES: 'SP',
  GB: 'UK',
  IE: 'EI',
  NG: 'NI',
  PT: 'PO',
  TR: 'TU',
};

/** The same message as the partner words it in its format 2. */
export function inFormat2({ channel, id, body }: NativeMessage): NativeMessage {
  const minor = Number(String(body.amt).replace(',', ''));
  const country = String(body.ctry);
  return { channel, id, body: { ...body, amt: `${minor},00`, ctry: FIPS[country] ?? country } };
}
