import { messageOf } from '../../lib/kit/errors.ts';
import type { DrillContext } from '../contract/parts.ts';
import type { Parts } from '../parts.ts';
import type { Evidence } from './record.ts';

/** What is meant when no source is named. */
const DEFAULT_SOURCE = 'promql';

/**
 * Looks where somebody points: `log: feature-consumer handler failed`, `promql: up == 0`. A name that is no source
 * belongs to the query: recording rules have colons too.
 */
export async function lookAgain(
  sources: Parts['evidence'],
  context: DrillContext,
  pointer: string,
): Promise<Evidence> {
  const [, named, rest] = /^([a-z]+):\s*(.+)$/s.exec(pointer) ?? [];
  const [source, query] =
    named !== undefined && sources.has(named) ? [named, rest!] : [DEFAULT_SOURCE, pointer];
  try {
    return { source, query, value: await sources.get(source)!.look(context, query), problem: null };
  } catch (error) {
    return { source, query, value: null, problem: messageOf(error) };
  }
}
