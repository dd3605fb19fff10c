import { LATENCY_BUCKETS, type MetricDefinition } from './definition.ts';

export const EVERY_SERVICE = {
  http_server_request_duration_seconds: {
    type: 'histogram',
    help: 'Duration of HTTP server requests.',
    labels: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS,
  },
  firedrill_http_connections_refused_total: {
    type: 'counter',
    help: 'Connections closed because what came was no request (malformed, headers_too_large), came too slowly (timeout), or there were too many (too_many).',
    labels: ['reason'],
  },
  firedrill_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['service', 'version', 'revision'],
  },
  firedrill_eventlog_appended_total: {
    type: 'counter',
    help: 'Events acknowledged by the event log.',
    labels: ['topic'],
  },
  firedrill_eventlog_spooled_events: {
    type: 'gauge',
    help: 'Events waiting on disk because the event log could not be reached.',
  },
  firedrill_eventlog_rejected_total: {
    type: 'counter',
    help: 'Events refused because the spool on disk was full.',
    labels: ['topic'],
  },
  firedrill_eventlog_pending_events: {
    type: 'gauge',
    help: 'Events whose answers are out and that the event log has not acknowledged yet.',
    labels: ['topic'],
  },
  firedrill_eventlog_consumed_total: {
    type: 'counter',
    help: 'Events a consumer group has processed and acknowledged.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_consumer_lag_events: {
    type: 'gauge',
    help: 'Events in the log that the group has not acknowledged yet.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_handler_failures_total: {
    type: 'counter',
    help: 'Batches whose processing failed and is tried again.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_set_aside_total: {
    type: 'counter',
    help: 'Events a consumer group could not read by their contract and went on without; kept in dead-letters.',
    labels: ['topic', 'group'],
  },
  firedrill_admission_shed_total: {
    type: 'counter',
    help: 'Requests turned away under pressure, by what is protected, priority, and why (queue_full, waited, deadline, displaced, hung_up).',
    labels: ['resource', 'priority', 'reason'],
  },
  firedrill_admission_wait_seconds: {
    type: 'histogram',
    help: 'Time for which a request had to wait for a place; those who got one at once are not counted.',
    labels: ['priority'],
    buckets: LATENCY_BUCKETS,
  },
  firedrill_admission_requests: {
    type: 'gauge',
    help: 'Requests under way and waiting for a place (state under_way, waiting), and how many may be under way now (state limit).',
    labels: ['resource', 'state'],
  },
} as const satisfies Record<string, MetricDefinition>;
