/**
 * What sharing a lookup and a run brings: `/v1/score` at inference with batches of one, with what a turn of the event
 * loop brings (the default), and with small batches waiting while another is under way; and, alone, what a request pays
 * for the wait being possible. One process, whose settings are switched between rounds.
 */
import { type BenchOptions, type BenchRow, median, row } from './bench.ts';
import { onStage, pairedRatio, takeTurns } from './score/stage.ts';

const TREES = 300;
const CONNECTIONS = 32;
const WAYS = {
  single: { 'batch.max_rows': 1, 'batch.max_queue_delay_us': 0 },
  turn: { 'batch.max_rows': 16, 'batch.max_queue_delay_us': 0 },
  wait: { 'batch.max_rows': 16, 'batch.max_queue_delay_us': 2_000, 'batch.preferred_size': 8 },
};
type Way = keyof typeof WAYS;

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    const inference = await stage.startInference();
    const change = async (way: Way) => {
      const response = await fetch(`http://127.0.0.1:${inference.port}/v1/settings`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.env.ADMIN_TOKEN}` },
        body: JSON.stringify(WAYS[way]),
      });
      if (!response.ok) throw new Error(await response.text());
    };
    const servers = { single: inference, turn: inference, wait: inference };
    const shape = { rounds: quick ? 1 : 6, seconds: quick ? 2 : 3 };
    const loaded = await takeTurns(stage, servers, { ...shape, connections: CONNECTIONS }, progress, change);
    const alone = await takeTurns(stage, servers, { ...shape, connections: 1 }, progress, change);
    const p50 = (way: Way) => median(alone[way].map((round) => round.p50));
    const load = `${CONNECTIONS} connections`;
    return [
      row(
        'batching_ratio',
        pairedRatio(loaded.turn, loaded.single),
        'times',
        { atLeast: 1 },
        `batches of one, ${load}`,
      ),
      row('batching_wait_ratio', pairedRatio(loaded.wait, loaded.turn), 'times', {}, `no wait, ${load}`),
      row(
        'batching_wait_cpu',
        pairedRatio(loaded.wait, loaded.turn, ({ micros }) => micros),
        'times the CPU a request',
        {},
        `no wait, ${load}`,
      ),
      row(
        'batching_idle_ratio',
        pairedRatio(alone.wait, alone.turn, (round) => round.p50),
        'times the p50',
        { atMost: 1.05 },
        `no wait, one connection (${p50('turn').toFixed(2)} ms)`,
      ),
    ];
  });
