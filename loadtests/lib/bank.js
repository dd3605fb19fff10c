import http from 'k6/http';
import { CARDS, SIDES, WORLD_URL } from './environment.js';

const TOGETHER = 50;

/**
 * What every iteration needs: payments of cards the bank knows, from its own customers, and the bank's time.
 * @param targets who will be sent them, for the summary
 * @throws Error when the world does not answer
 */
export async function takeSamples(targets) {
  const { business_time, day_seconds } = await ask(`${WORLD_URL}/v1/info`);
  const at = Date.now();
  const transactions = [];
  while (transactions.length < CARDS) {
    const few = Array.from({ length: Math.min(TOGETHER, CARDS - transactions.length) });
    const samples = await Promise.all(few.map(() => ask(`${WORLD_URL}/v1/sample`)));
    for (const { transaction } of samples) transactions.push(transaction);
  }
  return {
    transactions,
    // Ids of two runs never meet: a transaction counts once, whoever sends it again.
    run: at.toString(36),
    clock: { wallMs: at, businessMs: Date.parse(business_time), speed: 86_400 / day_seconds },
    targets,
    readyMs: Date.now(),
  };
}

/** Payment number `n` of a run: a card of the bank, an id nobody has used, paid now by the bank's clock. */
export function payment({ transactions, run, clock }, n) {
  const businessMs = clock.businessMs + (Date.now() - clock.wallMs) * clock.speed;
  return {
    ...transactions[n % transactions.length],
    id: `load-${run}-${n}`,
    timestamp: new Date(businessMs).toISOString(),
  };
}

/** Which version each of the two sides serves. @throws Error when a side serves none, or both serve the same */
export async function servedVersions() {
  const [a, b] = await Promise.all([servedBy(SIDES.a), servedBy(SIDES.b)]);
  if (a === b) {
    throw new Error(
      `${SIDES.a} and ${SIDES.b} both serve version ${a}: there is nothing to compare. ` +
        'docs/load-testing.md says how one region gets another version',
    );
  }
  return { a, b };
}

async function servedBy(url) {
  const { model } = await ask(`${url}/v1/info`);
  if (model === null) throw new Error(`${url} serves no model`);
  return model.version;
}

async function ask(url) {
  const answer = await http.asyncRequest('GET', url, null, {
    tags: { kind: 'preparation' },
    timeout: '10s',
  });
  if (answer.status === 200) return answer.json();
  throw new Error(
    `${url} ${answer.status === 0 ? `does not answer: ${answer.error}` : `answers ${answer.status}`}`,
  );
}
