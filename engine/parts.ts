import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import Type, { type TProperties } from 'typebox';
import type { EvidenceSource, Fault, Invariant, Probe } from './contract/parts.ts';

/** Everything that lies in the engine's folders of parts, by file name. */
export interface Parts {
  probes: Map<string, Probe<unknown>>;
  faults: Map<string, Fault<unknown>>;
  invariants: Map<string, Invariant<unknown>>;
  evidence: Map<string, EvidenceSource>;
}

async function loadFolder<T>(folder: string): Promise<Map<string, T>> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const files = (await readdir(url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort();
  const loaded = await Promise.all(
    files.map(
      async (file) => [basename(file, '.ts'), (await import(new URL(file, url).href)).default as T] as const,
    ),
  );
  return new Map(loaded.filter(([, part]) => part !== undefined));
}

export async function loadParts(): Promise<Parts> {
  const [probes, faults, invariants, evidence] = await Promise.all([
    loadFolder<Probe<unknown>>('probes'),
    loadFolder<Fault<unknown>>('faults'),
    loadFolder<Invariant<unknown>>('invariants'),
    loadFolder<EvidenceSource>('evidence'),
  ]);
  return { probes, faults, invariants, evidence };
}

const ajv = new Ajv({ strict: false, useDefaults: true });
const compiled = new WeakMap<TProperties, ValidateFunction>();

/** Arguments with defaults filled in, or the reason they do not fit. */
export function checkArguments(
  properties: TProperties,
  given: Record<string, unknown> = {},
): { args: Record<string, unknown> } | { problem: string } {
  let validate = compiled.get(properties);
  if (!validate) {
    validate = ajv.compile(Type.Object(properties, { additionalProperties: false }));
    compiled.set(properties, validate);
  }
  const args = structuredClone(given);
  if (validate(args)) return { args };
  const [error] = validate.errors ?? [];
  const extra = error?.params.additionalProperty ? ` (${error.params.additionalProperty})` : '';
  return { problem: `with${error?.instancePath.replaceAll('/', '.') ?? ''} ${error?.message}${extra}` };
}
