import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Scenario } from './arrivals.ts';
import type { MetricSummary } from './measures.ts';
import type { Thresholds } from './thresholds.ts';

/** What a k6 script of this folder exports. */
export interface Script {
  options: { scenarios: Record<string, Scenario>; thresholds?: Thresholds };
  setup?(): Promise<unknown> | unknown;
  default(data: unknown): Promise<unknown> | unknown;
  handleSummary(data: {
    metrics: Record<string, MetricSummary>;
    setup_data: unknown;
  }): Record<string, string>;
}

const MODULES = ['k6', 'k6/execution', 'k6/http', 'k6/metrics'];

/**
 * Loads a k6 script into this process: modules of k6 are found in the folder k6/ here, with as much of them as the
 * scripts of this repository use.
 * @param env what the script sees as `__ENV`
 */
export function loadScript(file: string, env: Record<string, string | undefined>): Promise<Script> {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'k6' && !specifier.startsWith('k6/')) return next(specifier, context);
      if (!MODULES.includes(specifier)) {
        throw new Error(`the built-in run has ${MODULES.join(', ')}, not ${specifier}; install k6 for it`);
      }
      const name = specifier === 'k6' ? 'index' : specifier.slice('k6/'.length);
      return { url: new URL(`./k6/${name}.ts`, import.meta.url).href, shortCircuit: true };
    },
  });
  (globalThis as { __ENV?: unknown }).__ENV = env;
  return import(pathToFileURL(file).href) as Promise<Script>;
}
