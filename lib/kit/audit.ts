import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../contract/events.ts';
import type { Clock } from './clock.ts';
import type { EventLog } from './eventlog/log.ts';
import type { Logger } from './logging.ts';

export interface Change {
  actor: string;
  /** For example `settings.patch`. */
  action: string;
  /** What was changed, for example `model/fraud`. */
  object: string;
  before: unknown;
  after: unknown;
  reason?: string | undefined;
}

export interface Audit {
  /** Puts a change on record; resolves when the event log or its spool has it. */
  record(change: Change): Promise<void>;
}

export function createAudit(
  source: string,
  log: Pick<EventLog, 'append'>,
  clock: Clock,
  logger: Logger,
): Audit {
  return {
    async record({ actor, action, object, before, after, reason }) {
      const now = clock.iso();
      const event: AuditEvent = {
        id: randomUUID(),
        type: `${object.split('/')[0]}.changed`,
        version: 1,
        source,
        occurred_at: now,
        recorded_at: now,
        payload: {
          actor,
          action,
          object,
          before: before ?? null,
          after: after ?? null,
          reason: reason ?? null,
        },
      };
      logger.info({ actor, action, object }, 'audit');
      await log.append('audit', object, event);
    },
  };
}
