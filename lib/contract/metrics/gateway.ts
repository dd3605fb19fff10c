import type { MetricDefinition } from './definition.ts';

export const GATEWAY = {
  firedrill_gateway_requests_total: {
    type: 'counter',
    help: 'Scoring requests by region, channel and outcome.',
    labels: ['region', 'channel', 'code'],
  },
  firedrill_gateway_upstream_failures_total: {
    type: 'counter',
    help: 'Calls to inference that failed, by region and reason.',
    labels: ['region', 'reason'],
  },
  firedrill_gateway_retries_total: {
    type: 'counter',
    help: 'Second tries at another replica, by why the first failed and result: free (the first had not begun), charged to the budget, refused because it is used up.',
    labels: ['reason', 'result'],
  },
  firedrill_gateway_contract_violations_total: {
    type: 'counter',
    help: 'Messages that broke a rule of the contract of their channel, or came while the channel as a whole broke it.',
    labels: ['channel', 'rule'],
  },
  firedrill_gateway_set_aside_total: {
    type: 'counter',
    help: 'Transactions answered without the model and kept out of features and training, by reason.',
    labels: ['channel', 'reason'],
  },
  firedrill_gateway_channel_set_aside: {
    type: 'gauge',
    help: '1 while all transactions of a channel are set aside, by hand (quarantined) or by its contract.',
    labels: ['channel', 'reason'],
  },
} as const satisfies Record<string, MetricDefinition>;
