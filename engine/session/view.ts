import { isOpen } from './record.ts';
import type { Session } from './session.ts';

/** What a candidate may see of a session: nothing that names the cause before the end. */
export function viewOf({ record, incident }: Session) {
  const ended = record.phase === 'over' || record.phase === 'stopped';
  return {
    id: record.id,
    incident: incident.number,
    title: incident.title,
    level: incident.level,
    phase: record.phase,
    problem: record.problem,
    started_at: new Date(record.startedAt).toISOString(),
    visible_at: record.visibleAt === null ? null : new Date(record.visibleAt).toISOString(),
    minutes_left: isOpen(record)
      ? Math.max(0, Math.ceil(((record.deadlineAt ?? 0) - Date.now()) / 60_000))
      : null,
    acknowledged: record.acknowledgedAt !== null,
    submitted: record.submission !== null,
    checking: record.checking,
    hints: { taken: record.hintsTaken, of: incident.hints.length },
    causes: incident.causes.map(({ id, mechanism }) => ({ id, mechanism })),
    components: [...new Set(incident.causes.map(({ component }) => component))].sort(),
    timeline: record.timeline,
    updates: record.updates,
    verdict: record.verdicts.at(-1) ?? null,
    grade: ended ? record.grade : null,
  };
}
export type SessionView = ReturnType<typeof viewOf>;
