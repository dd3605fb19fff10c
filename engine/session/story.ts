import type { DrillContext } from '../contract/parts.ts';
import type { SessionRecord, TimelineEntry } from './record.ts';

/** The timeline with everything that was done and looked at between injection and end, oldest first. */
export async function storyOf(
  { injectedAt, endedAt, timeline }: SessionRecord,
  context: Pick<DrillContext, 'actions' | 'looks'>,
): Promise<TimelineEntry[]> {
  if (injectedAt === null) return timeline;
  const [actions, looks] = await Promise.all([context.actions(injectedAt), context.looks(injectedAt)]);
  const done = actions.map(({ at, business, actor, action, object }): TimelineEntry => {
    return { at, business, kind: 'action', text: `${actor}: ${action} ${object}` };
  });
  const seen = looks.map(({ at, what }): TimelineEntry => {
    return { at, business: '', kind: 'look', text: `looked: ${what}` };
  });
  const meanwhile = [...done, ...seen].filter(({ at }) => endedAt === null || at <= endedAt);
  return [...timeline, ...meanwhile].sort((a, b) => a.at - b.at);
}
