import {
  type Attributes,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';

export interface TracingOptions {
  service: string;
  /** OTLP/HTTP endpoint; empty switches tracing off, and nothing of the SDK is loaded. */
  endpoint: string;
  /** Share of traces kept, 0 to 1, decided at the root. */
  ratio: number;
}

let started = false;

/** Starts the OpenTelemetry SDK when an endpoint is set. Answers how to flush and stop it. */
export async function startTracing({
  service,
  endpoint,
  ratio,
}: TracingOptions): Promise<() => Promise<void>> {
  if (endpoint === '') return async () => {};
  // Loaded only on demand: the SDK costs tens of megabytes that a laptop without a collector should not pay.
  const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({
    serviceName: service,
    sampler: new tracing.ParentBasedSampler({ root: new tracing.TraceIdRatioBasedSampler(ratio) }),
  });
  sdk.start();
  started = true;
  return async () => {
    started = false;
    await sdk.shutdown();
  };
}

const tracer = (): Tracer => trace.getTracer('firedrill');

/**
 * Runs `work` inside a span that ends with it and carries its error, below the caller's (W3C traceparent). The context
 * goes from hand to hand and not through `AsyncLocalStorage`: of a hundred requests one is kept, and the others should
 * not pay for it.
 * @param work told where what it calls belongs; undefined when nobody traces
 */
export function withSpan<T>(
  name: string,
  headers: Record<string, unknown>,
  work: (within: Context | undefined) => Promise<T>,
): Promise<T> {
  if (!started) return work(undefined);
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  // What the caller does not keep nobody keeps: its own context is all that callees need.
  if (trace.getSpanContext(parent) && !isKept(parent)) return work(parent);
  const span = tracer().startSpan(name, {}, parent);
  const within = trace.setSpan(parent, span);
  return span.isRecording() ? ending(span, work(within)) : work(within);
}

async function ending<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** Headers that put a callee in a context; without tracing, the caller's own go on unchanged. */
export function tracingHeaders(
  incoming: Record<string, unknown>,
  within: Context | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (within) propagation.inject(within, headers);
  else if (typeof incoming.traceparent === 'string') headers.traceparent = incoming.traceparent;
  return headers;
}

/** Records work that is already over, for what many requests share: `startMs` and `endMs` are epoch ms. */
export function recordSpan(
  name: string,
  parent: Context,
  [startMs, endMs]: readonly [number, number],
  attributes: Attributes = {},
): void {
  if (!isKept(parent)) return;
  tracer().startSpan(name, { startTime: startMs, attributes }, parent).end(endMs);
}

const isKept = (context: Context): boolean =>
  ((trace.getSpanContext(context)?.traceFlags ?? TraceFlags.NONE) & TraceFlags.SAMPLED) !== 0;
