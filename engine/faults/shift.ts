import Type from 'typebox';
import { type CallOptions, call } from '../../lib/kit/call.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { type DrillContext, defineFault } from '../contract/parts.ts';
import { errors } from './errors.ts';

interface Shift {
  shift: string;
  parameters: Record<string, unknown>;
}

type Context = Pick<DrillContext, 'url' | 'truthToken'>;

/** A world on a machine that has no breath left answers late; asking twice would switch a shift on twice. */
const ANSWER_MS = 30_000;
/** Somebody may have restarted the world. */
const ANSWERS_WITHIN_MS = 60_000;

export default defineFault<Shift>({
  describe: 'Something changes in the world itself: who pays, who steals, how a channel words its messages.',
  arguments: {
    shift: Type.String({ pattern: '^[a-z0-9-]+$', description: 'a file in services/world/shifts' }),
    parameters: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  },
  async inject(context, { shift, parameters }) {
    await start(context, { shift, parameters });
  },
  async clear(context, { shift }) {
    const gone = async () => {
      const answer = await ask(context, `/v1/shifts/${shift}`, { method: 'DELETE' });
      if (answer.ok || (await codeOf(answer)) === 'WORLD_SHIFT_OFF') return true;
      throw errors.REFUSED(`DELETE /v1/shifts/${shift}`, answer.status, await answer.text());
    };
    await waitFor('the world to leave it', gone, { deadlineMs: ANSWERS_WITHIN_MS });
  },
  /** The world remembers by itself; this is for one whose memory was put back to an earlier day. */
  async rearm(context, args) {
    await waitFor('the world to answer', async () => (await ask(context, '/healthz')).ok, {
      deadlineMs: ANSWERS_WITHIN_MS,
    });
    await start(context, args, true);
  },
});

async function start(context: Context, { shift, parameters }: Shift, mayBeOn = false): Promise<void> {
  const answer = await ask(context, '/v1/shifts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: shift, parameters }),
  });
  if (answer.ok || (mayBeOn && (await codeOf(answer)) === 'WORLD_SHIFT_ON')) return;
  throw errors.REFUSED('POST /v1/shifts', answer.status, await answer.text());
}

const ask = ({ url, truthToken }: Context, path: string, options: CallOptions = {}): Promise<Response> =>
  call(`${url('world')}${path}`, {
    ...options,
    headers: { authorization: `Bearer ${truthToken}`, ...options.headers },
    signal: AbortSignal.timeout(ANSWER_MS),
  });

/** The code of an error of ours; the answer can still be read. */
const codeOf = async (answer: Response): Promise<string | undefined> => {
  const body = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as { error?: { code: string } } | undefined;
  return body?.error?.code;
};
