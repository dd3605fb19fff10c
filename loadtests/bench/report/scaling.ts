import { type Costs, type Objective, planFor } from '../../capacity/plan.ts';
import { figure, number, table } from './markdown.ts';
import type { Results } from './results.ts';

const RATES = [1_000, 10_000, 100_000, 1_000_000];
const OBJECTIVE: Objective = { wait: 0.01, busiest: 0.6, variability: 1, cards: 10_000_000, days: 7 };

/** What a request costs each part, seconds; undefined before anybody has measured it. */
export function costsFrom(results: Results): Costs | undefined {
  const measured = (part: string) => figure(results, `capacity_${part}`)?.row.value ?? Number.NaN;
  const seconds = (part: string) => measured(part) / 1e6;
  const costs: Costs = {
    gateway: seconds('gateway'),
    inference: seconds('inference'),
    consumer: seconds('consumer'),
    store: seconds('store'),
    log: seconds('log'),
    wireBytes: measured('wire_bytes'),
    eventBytes: measured('event_bytes'),
    rowBytes: measured('row_bytes'),
  };
  return Object.values(costs).some(Number.isNaN) ? undefined : costs;
}

export function scalingPage(results: Results): string {
  const head = `# From 1,000 to 1,000,000 requests a second

Made by \`node loadtests/bench/run.ts report\` from what a request was measured to cost
([results.json](../loadtests/bench/report/results.json)) and [capacity/plan.ts](../loadtests/capacity/plan.ts); do not edit it.
A plan, not a measurement: nothing above one machine was run.
`;
  const costs = costsFrom(results);
  if (!costs) return `${head}\nNot measured yet: \`node loadtests/bench/run.ts capacity --keep\`.\n`;
  const busy = figure(results, 'score_cpu')?.row.value;
  // On a machine that others use as well, the busy one may have been the dearer one.
  const loaded = busy !== undefined && busy < costs.inference * 1e6 ? busy : undefined;
  const plans = (used: Costs) =>
    table(
      [
        'requests/s',
        'gateways',
        'inferences',
        'consumers',
        'store shards',
        'log shards',
        'cores',
        'Gbit/s',
        'log TB',
        'store GB',
      ],
      RATES.map((rate) => planFor(rate, used, OBJECTIVE)).map((plan) => [
        number(plan.rate),
        ...[plan.gateways, plan.inferences, plan.consumers, plan.storeShards, plan.logShards, plan.cores].map(
          number,
        ),
        number(plan.wireGbps),
        number(plan.logTb),
        number(plan.storeGb),
      ]),
    );
  const measured = table(
    ['part', 'µs of CPU a request'],
    (['gateway', 'inference', 'consumer', 'store', 'log'] as const).map((part) => [
      part,
      number(costs[part] * 1e6),
    ]),
  );
  const { date, machine } = figure(results, 'capacity_gateway')!.result;
  return `${head}
## What a request costs

At 300 requests/s through the whole path, ${date}, ${machine}:

${measured}

${
  loaded
    ? `As busy as it can be, inference takes ${number(loaded)} µs a request (\`score_cpu\`, a run of its own: performance.md says how
busy the machine was). Why a request costs that much more at a calm rate is not explained yet, and what the other parts
take when busy is not measured: hence two plans.`
    : 'What a request costs at the planned load nobody has measured: requests that share turns and lookups cost less.'
}

## Plan

No process busier than ${OBJECTIVE.busiest * 100} %, 99 of 100 requests wait no longer than ${OBJECTIVE.wait * 1e3} ms for processes, ${number(OBJECTIVE.cards)} cards, events kept for
${OBJECTIVE.days} days, one copy. Costs as above:

${plans(costs)}
${
  loaded
    ? `
The same with inference at its cost when busy, and the gateway cheaper by the same factor (an assumption):

${plans({ ...costs, inference: loaded / 1e6, gateway: (costs.gateway * loaded) / 1e6 / costs.inference })}
`
    : ''
}
## What gives way first

- One Redis is one core, and the bank has one for the store and one for the log: shards by card are taken for granted here.
  Batches would get smaller per shard, so that a request's share of a round trip rises; the plan does not know that.
- The event log on Redis Streams syncs every write ([decision 2](decisions/0002-log-syncs-every-write.md)) and
  has four partitions a topic: beyond what four consumers can apply, more partitions are needed, or Kafka
  (\`EVENT_LOG_URL=kafka://…\`).
- Waits are Poisson's: a campaign that sends everybody at once is a surge, and admission refuses what is above capacity
  ([decision 14](decisions/0014-saying-no-early.md)).
- Nothing here covers copies in a second region, monitoring, or the loss of a zone beyond the ${100 - OBJECTIVE.busiest * 100} % that are kept free.
`;
}
