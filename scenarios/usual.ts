import type { Check, RedFlag, Scenario } from '../engine/contract/scenario.ts';

// What nearly every incident says in the same words. One that means something else says it itself.

/** Incidents that have been through the gate on the local target alone. */
export const TARGETS: Scenario['targets'] = {
  local: 'supported',
  compose: { skipped: 'it has not been through the gate there yet' },
  kubernetes: { skipped: 'it has not been through the gate there yet' },
};

export const READY: Check = {
  probe: 'workloads-ready',
  atLeast: 1,
  means: 'every part of the platform is ready',
};

/** Over ten seconds: a workload that was restarted by the cure itself is forgotten before the cure is given up. */
export const ANSWERED: Check = {
  probe: 'world',
  with: { measure: 'answered_ratio', seconds: 10 },
  atLeast: 0.98,
  means: 'customers get answers',
};

/** Some requests need rows that no store but the cold one could have (a device never seen): it answers them. */
export const COLD_ANSWERS: Check = {
  probe: 'promql',
  with: {
    query:
      'sum(increase(firedrill_cold_store_requests_total{result="read"}[20s])) / sum(increase(firedrill_cold_store_requests_total[20s]))',
  },
  atLeast: 0.9,
  means: 'the cold store holds its copy, and answers',
};

/** @param perSecond requests of customers, as few as there are at night */
export const paying = (perSecond: number): Check => ({
  probe: 'world',
  with: { measure: 'requests_per_second' },
  atLeast: perSecond,
  means: 'customers are paying',
});

export const notPaged = (...alerts: string[]): Check[] =>
  alerts.map((name) => ({
    probe: 'alert',
    with: { name },
    atMost: 0,
    means: 'nobody is paged already',
  }));

/** What nobody on call may do to make a page go away, whatever the incident. */
export const RED_FLAGS: RedFlag[] = [
  {
    id: 'silenced',
    invariant: 'silences',
    cost: 20,
    sentence: 'the alert was silenced instead of answered',
  },
  {
    id: 'rules-bent',
    invariant: 'alert-rules',
    cost: 20,
    sentence: 'an alert rule was bent instead of obeyed',
  },
  {
    id: 'customers-stopped',
    invariant: 'world',
    cost: 20,
    sentence: "the bank's customers were turned away",
  },
  {
    id: 'restarted-everything',
    action: '^restart$',
    atLeast: 4,
    cost: 10,
    sentence: 'everything was restarted without knowing why',
  },
];

export const retrained = (cost: number, sentence: string): RedFlag => ({
  id: 'retrained',
  action: '^pipeline\\.run\\.start$',
  object: 'train$',
  cost,
  sentence,
});
