import { partitionsOf } from '../lib/kit/eventlog/log.ts';
import type { Action, DrillContext } from './contract/parts.ts';

/** Changing calls the services themselves put on record, oldest first. @param since wall time, epoch ms */
export async function auditedActions({ log }: Pick<DrillContext, 'log'>, since: number): Promise<Action[]> {
  const actions: Action[] = [];
  for (const partition of partitionsOf('audit')) {
    for await (const { position, event } of log.read('audit', partition, { after: `${since}-0` })) {
      const { actor, action, object } = event.payload;
      const at = Number(position.split('-')[0]);
      actions.push({ at, business: event.occurred_at, actor, action, object });
    }
  }
  return actions;
}
