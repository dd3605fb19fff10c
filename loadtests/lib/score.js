import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { payment } from './bank.js';
import { API_KEY } from './environment.js';

/** Answers that the bank itself calls second best: without the features or the model it should have asked. */
const degraded = new Rate('degraded');
/** Refused on purpose (429, or 503 with Retry-After): overload or missing features, said honestly. */
const refused = new Rate('refused');
/** Time until a transaction was answered, with what only the answer tells: its region and the model's version. */
const duration = new Trend('score_duration', true);
const decisions = new Counter('decisions');

const DECISIONS = ['approve', 'review', 'decline'];
/** Set aside at the border: no model was asked, so there is no score. */
const ASIDE = ['quarantined', 'contract'];

const isProbability = (value) => Number.isFinite(value) && value >= 0 && value <= 1;

const headers = { 'content-type': 'application/json', ...(API_KEY && { 'x-api-key': API_KEY }) };

/**
 * Sends one payment to `url` and checks the answer; what was measured carries `tags`.
 * @returns the answer's body, or undefined when the transaction was not scored
 */
export async function score(url, samples, tags = {}) {
  const transaction = payment(samples, exec.scenario.iterationInTest);
  const answer = await http.asyncRequest('POST', `${url}/v1/score`, JSON.stringify({ transaction }), {
    headers,
    // One name for all: a URL is no label.
    tags: { kind: 'score', name: 'score', ...tags },
    timeout: '5s',
  });
  const scored = answer.status === 200;
  const turnedAway = answer.status === 429 || (answer.status === 503 && 'Retry-After' in answer.headers);
  refused.add(turnedAway, tags);
  check(answer, { 'answered, or refused in words': () => scored || turnedAway }, tags);
  if (!scored) return undefined;

  const body = bodyOf(answer);
  check(
    body,
    {
      'is about this transaction': ({ id }) => id === transaction.id,
      'decides approve, review or decline': ({ decision }) => DECISIONS.includes(decision),
      'scores between 0 and 1': ({ score: value, reason }) =>
        isProbability(value) || (value === null && ASIDE.includes(reason)),
    },
    tags,
  );
  const told = { ...tags, region: `${body.region}`, version: `${body.model ? body.model.version : 'none'}` };
  duration.add(answer.timings.duration, told);
  degraded.add(body.degraded !== false, told);
  decisions.add(1, { ...told, decision: `${body.decision}` });
  return body;
}

function bodyOf(answer) {
  try {
    return answer.json() || {};
  } catch {
    return {};
  }
}
