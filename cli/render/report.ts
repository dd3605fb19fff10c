import type { SessionView } from '../../engine/session/view.ts';
import { renderGrade, renderVerdict } from './grade.ts';

export interface Debrief extends SessionView {
  debrief: string | null;
  questions: { ask: string; strong: string }[];
}

/** While the incident is open: what has happened. Afterwards: everything. */
export function renderReport(view: Debrief): string {
  const timeline = view.timeline.map(
    ({ at, business, text }) =>
      `${new Date(at).toISOString().slice(11, 19)}  ${business.slice(0, 16)}  ${text}`,
  );
  const questions = view.questions.flatMap(({ ask, strong }) => [`Q: ${ask}`, `A: ${strong}`, '']);
  return [
    `incident ${view.incident}: ${view.title} (${view.phase})`,
    '',
    'wall      business time     what',
    ...timeline,
    '',
    ...(view.grade ? [renderGrade(view.grade), ''] : view.verdict ? [renderVerdict(view.verdict), ''] : []),
    ...(view.debrief ? [view.debrief.trimEnd(), ''] : ['The debrief opens when the incident is over.']),
    ...(questions.length > 0 ? ['What an interviewer asks next', '', ...questions] : []),
  ]
    .join('\n')
    .trimEnd();
}
