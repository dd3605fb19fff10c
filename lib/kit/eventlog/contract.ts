import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { EVENT_SCHEMAS, type Topic } from '../../contract/events.ts';

const ajv = addFormats.default(new Ajv({ strict: false, strictNumbers: true }));
const compiled = new Map<Topic, ValidateFunction>();

/**
 * What is wrong with an event by the contract of its topic, as one clause (`payload.transaction.amount must be
 * number`); undefined when nothing is. The log itself looks at no payload: whoever reads a topic has to.
 */
export function contractProblem(topic: Topic, event: unknown): string | undefined {
  let validate = compiled.get(topic);
  if (!validate) {
    validate = ajv.compile(EVENT_SCHEMAS[topic]);
    compiled.set(topic, validate);
  }
  if (validate(event)) return undefined;
  const [error] = validate.errors ?? [];
  const where = error?.instancePath.slice(1).replaceAll('/', '.') || 'the event';
  const allowed = error?.params.allowedValues as string[] | undefined;
  return `${where} ${error?.message ?? 'is invalid'}${allowed ? `: ${allowed.join(', ')}` : ''}`;
}
