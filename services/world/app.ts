import { join } from 'node:path';
import { CHANNELS } from '../../lib/contract/transaction.ts';
import { createRandom } from '../../lib/kit/random.ts';
import { createService, type Service } from '../../lib/kit/service.ts';
import type { Config } from './config.ts';
import { loadFolder } from './folder.ts';
import { createAnnouncer } from './labels/announcer.ts';
import { PendingLabels } from './labels/pending.ts';
import { createLoop } from './loop.ts';
import { addSample } from './routes/sample.ts';
import { addShifts } from './routes/shifts.ts';
import { addTruth } from './routes/truth.ts';
import { nextRunNumber } from './run-number.ts';
import { leversOf, settingsSchema } from './settings.ts';
import { type Shift, Shifts } from './shifts.ts';
import { labelDelay } from './simulation/labels.ts';
import { createPopulation } from './simulation/population.ts';
import { Simulation, WARM_UP_MS } from './simulation/simulation.ts';
import type { Source } from './sources/source.ts';
import { connectBank } from './traffic/bank.ts';
import { createCustomers } from './traffic/customers.ts';
import { createTick } from './traffic/traffic.ts';
import { Ledger } from './truth/ledger.ts';

const TICK_MS = 15;
const ANNOUNCE_MS = 100;

/** Builds the world. Nobody pays before the returned service's app is ready, which `listen` and `ready` wait for. */
export async function buildWorld(config: Config): Promise<Service<typeof settingsSchema>> {
  const seed = config.WORLD_SEED;
  const population = createPopulation(seed);
  const run = nextRunNumber(config.STATE_DIR);
  const pending = new PendingLabels(config.STATE_DIR);
  const ledger = new Ledger(config.WORLD_TRUTH_ROWS);
  const found = await loadFolder<Source>(new URL('./sources/', import.meta.url), 'source.ts');
  const sources = new Map([...found.values()].map((source) => [source.channel, source]));

  const service = await createService({
    config,
    settings: settingsSchema,
    readiness: () => ({ traffic: true }),
    info: () => ({
      seed,
      run,
      cards: population.cards.length,
      merchants: population.merchants.all.length,
      channels: [...sources.keys()],
      waiting_customers: customers.waiting,
      pending_labels: pending.size,
    }),
  });
  const { clock, lifecycle, log, logger, metrics, settings } = service;
  const paused = () => settings.values['traffic.paused'];
  const levers = () => leversOf(settings.values, config.DRILL_DAY_SECONDS);
  lifecycle.onStop('pending labels', () => pending.close());

  const simulation = new Simulation({ population, run, startMs: clock.now() - WARM_UP_MS, levers: levers() });
  settings.onChange(() => Object.assign(simulation.levers, levers()));
  const shifts = new Shifts(
    await loadFolder<Shift>(new URL('./shifts/', import.meta.url), ''),
    simulation,
    population,
    join(config.STATE_DIR, 'shifts.json'),
  );

  const bank = connectBank(config.GATEWAY_URL, () => settings.values['traffic.timeout_ms']);
  lifecycle.onStop('connections to the bank', () => bank.close());
  const delays = createRandom(`${seed}/labels/${run}`);
  const customers = createCustomers({
    bank,
    sources,
    effects: simulation.effects,
    ledger,
    pending,
    labelDelay: () =>
      labelDelay(delays, {
        medianHours: settings.values['labels.median_hours'],
        longestHours: settings.values['labels.longest_hours'],
      }),
    metrics,
  });
  lifecycle.onStop('customers who wait', () => customers.served());
  metrics.gauge('firedrill_world_target_rate', (gauge) =>
    gauge.set(paused() ? 0 : settings.values['traffic.rate']),
  );

  const announcer = createAnnouncer(pending, log, clock, service.name);
  const loops = [
    createLoop('traffic', TICK_MS, logger, createTick({ simulation, customers, clock, paused })),
    createLoop('labels', ANNOUNCE_MS, logger, () => announcer.announce()),
  ];
  for (const loop of loops) lifecycle.onStop('loop', () => loop.stop());

  addSample(service, simulation);
  addShifts(service, shifts, config.WORLD_TRUTH_TOKEN);
  addTruth(service, ledger, config.WORLD_TRUTH_TOKEN);
  service.app.addHook('onListen', () => {
    logger.info({ run, seed, channels: CHANNELS }, 'the world turns');
    // What happened before is not sent, but cards stolen then are still in use.
    simulation.advance(clock.now());
    for (const loop of loops) loop.start();
  });
  return service;
}
