import { parser } from '@prometheus-io/lezer-promql';

/** How much of the query is quoted around the place where it goes wrong. */
const QUOTED = 20;

/**
 * What is wrong with the grammar of a PromQL expression, by the grammar that Prometheus' own editor uses; undefined
 * when nothing is. Types (a range where an instant is needed) only Prometheus itself knows.
 */
export function syntaxErrorIn(query: string): string | undefined {
  let at: number | undefined;
  parser.parse(query).iterate({
    enter({ type, from }) {
      if (type.isError) at ??= from;
      return at === undefined;
    },
  });
  if (at === undefined) return undefined;
  if (at >= query.trimEnd().length) return 'the query ends too early';
  return `the query is no PromQL at character ${at + 1}: ${query.slice(at, at + QUOTED)}`;
}
