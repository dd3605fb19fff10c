import type { FastifyRequest } from 'fastify';
import { STAGES, type Stage } from '../store/versions.ts';
import { errors } from './errors.ts';

/** The parameters of a call: query string for GET, JSON body otherwise. DELETE carries one too. */
export class Parameters {
  readonly #values: Record<string, unknown>;

  constructor(request: FastifyRequest) {
    const body = (request.body ?? {}) as Record<string, unknown>;
    if (typeof body !== 'object' || Array.isArray(body)) throw errors.INVALID('body', 'send a JSON object');
    this.#values = { ...(request.query as Record<string, unknown>), ...body };
  }

  /** @throws AppError MLFLOW_MISSING, MLFLOW_INVALID */
  text(field: string): string {
    const value = this.optional(field);
    if (value === undefined || value === '') throw errors.MISSING(field);
    return value;
  }

  optional(field: string): string | undefined {
    const value = this.#values[field] ?? undefined;
    // Versions come as numbers from some clients.
    if (typeof value === 'number') return String(value);
    if (value !== undefined && typeof value !== 'string') throw errors.INVALID(field, 'must be a string');
    return value;
  }

  flag(field: string): boolean {
    const value = this.#values[field];
    return value === true || value === 'true';
  }

  /** A repeated field: one value or several. */
  list(field: string): string[] {
    const value = this.#values[field] ?? [];
    const values = Array.isArray(value) ? value : [value];
    if (values.some((one) => typeof one !== 'string')) throw errors.INVALID(field, 'must be strings');
    return values as string[];
  }

  limit(largest: number, usual: number): number {
    const value = this.#values.max_results ?? usual;
    const limit = Number(value);
    if (!Number.isInteger(limit) || limit < 1) {
      throw errors.INVALID('max_results', `it must be a positive integer, but got ${String(value)}`);
    }
    if (limit > largest)
      throw errors.INVALID('max_results', `it must be at most ${largest}, but got ${limit}`);
    return limit;
  }

  /** A model name as MLflow takes it: anything but empty, `/` and `:`. */
  model(field = 'name'): string {
    const name = this.text(field);
    if (name.trim() === '') throw errors.MISSING(field);
    if (/[/:]/.test(name)) throw errors.INVALID(field, `'${name}'. Names cannot contain '/' or ':'.`);
    return name;
  }

  alias(): string {
    const alias = this.text('alias');
    if (!/^[\w-]{1,255}$/.test(alias)) {
      throw errors.INVALID('alias', 'names may only contain alphanumerics, underscores and dashes');
    }
    return alias;
  }

  version(): string {
    const version = this.text('version');
    if (!/^\d{1,15}$/.test(version)) throw errors.INVALID('version', `'${version}' is not an integer`);
    return version;
  }

  /** `[{"key": ..., "value": ...}]`; the last value of a key wins. */
  tags(): Record<string, string> {
    const given = this.#values.tags ?? [];
    if (!Array.isArray(given)) throw errors.INVALID('tags', 'must be a list of {"key", "value"}');
    return Object.fromEntries(
      given.map((tag: { key?: unknown; value?: unknown } | null) => {
        if (typeof tag?.key !== 'string' || tag.key === '') throw errors.INVALID('tags', 'a key is missing');
        return [tag.key, String(tag.value ?? '')];
      }),
    );
  }
}

/** @throws AppError MLFLOW_INVALID */
export function toStage(text: string, field = 'stage'): Stage {
  const stage = STAGES.find((one) => one.toLowerCase() === text.toLowerCase());
  if (!stage)
    throw errors.INVALID(
      field,
      `Invalid Model Version stage: ${text}. Value must be one of ${STAGES.join(', ')}.`,
    );
  return stage;
}
