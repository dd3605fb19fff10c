/**
 * How much it matters that a request is answered when not all can be, the most important first: `high` is a customer
 * at a till, `low` is batches and load tests. Whoever is under pressure turns away from the end of the list.
 */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Carries a priority from the gateway to inference. Without it a request is `normal`. */
export const PRIORITY_HEADER = 'x-priority';

/**
 * Carries how many wall milliseconds the caller still waits, as Envoy names and sends it. A duration and no moment, as
 * gRPC has it: clocks of two machines need not agree.
 */
export const TIMEOUT_HEADER = 'x-envoy-expected-rq-timeout-ms';

/** The code with which inference turns a request away unseen, because it has enough to do. */
export const SHED_CODE = 'INF_OVERLOADED';

/** Codes of a replica that has not begun to work on a request: asking another one is no more work for anybody. */
export const NOT_BEGUN_CODES: readonly string[] = ['INF_NOT_READY'];
