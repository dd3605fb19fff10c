import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanStatusCode,
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

/** Whether spans go anywhere. Hot paths ask before they build what only a span needs. */
export const tracingOn = (): boolean => started;

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

export const tracer = (): Tracer => trace.getTracer('firedrill');

/** Runs `work` inside a span, below `parent` or what is active, that ends with it and carries its error. */
export async function withSpan<T>(
  name: string,
  work: (span: Span) => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  return tracer().startActiveSpan(name, {}, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The context a caller's headers (W3C traceparent) put this request in; undefined when tracing is off. */
export const contextOf = (headers: Record<string, unknown>): Context | undefined =>
  started ? propagation.extract(context.active(), headers) : undefined;

/** Headers that put a callee in the active context; without tracing, the caller's own go on unchanged. */
export function tracingHeaders(incoming: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  if (started) propagation.inject(context.active(), headers);
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
  tracer().startSpan(name, { startTime: startMs, attributes }, parent).end(endMs);
}
