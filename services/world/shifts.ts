import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { TObject } from 'typebox';
import { errors } from './errors.ts';
import type { ShiftContext, ShiftEffect } from './simulation/shift.ts';
import type { Simulation } from './simulation/simulation.ts';

/** Something that changes in the world itself. One file in `shifts/` exports one as `default`. */
export interface Shift<P extends Record<string, unknown> = Record<string, unknown>> {
  description: string;
  /** Parameters, each with a default. */
  parameters: TObject;
  /** What it does from now on. */
  effect(parameters: P, context: ShiftContext): ShiftEffect;
}

/** Gives a shift's parameters the type of their schema. */
export const defineShift = <P extends Record<string, unknown>>(shift: Shift<P>): Shift =>
  shift as unknown as Shift;

export interface ActiveShift {
  name: string;
  parameters: Record<string, unknown>;
  /** Business time, RFC 3339. */
  since: string;
}

/** The shifts there are and those that are on. With a file, what is on outlives the process. */
export class Shifts {
  readonly #known: ReadonlyMap<string, Shift>;
  readonly #simulation: Simulation;
  readonly #population: ShiftContext['population'];
  readonly #file: string | undefined;
  readonly #on = new Map<string, { active: ActiveShift; effect: ShiftEffect }>();
  readonly #ajv = new Ajv({ useDefaults: true, strict: false });

  constructor(
    known: ReadonlyMap<string, Shift>,
    simulation: Simulation,
    population: ShiftContext['population'],
    file?: string,
  ) {
    this.#known = known;
    this.#simulation = simulation;
    this.#population = population;
    this.#file = file;
    // A world that starts again goes on with what had changed; a shift that no longer exists is over.
    for (const { name, parameters, since } of file === undefined ? [] : read(file)) {
      if (known.has(name)) this.#begin(name, parameters, Date.parse(since));
    }
  }

  get active(): ActiveShift[] {
    return [...this.#on.values()].map(({ active }) => active);
  }

  get available() {
    return [...this.#known].map(([name, { description, parameters }]) => ({ name, description, parameters }));
  }

  /** @throws AppError WORLD_SHIFT_UNKNOWN, WORLD_SHIFT_INVALID, WORLD_SHIFT_ON */
  start(name: string, given: Record<string, unknown>, nowMs: number): ActiveShift {
    const shift = this.#find(name);
    if (this.#on.has(name)) throw errors.SHIFT_ON(name);
    const parameters = structuredClone(given);
    const validate = this.#ajv.compile({ ...shift.parameters, additionalProperties: false });
    if (!validate(parameters)) {
      const [problem] = validate.errors ?? [];
      const field = problem?.params.additionalProperty ?? problem?.instancePath.slice(1);
      throw errors.SHIFT_INVALID(name, `parameters.${field}`, problem?.message ?? 'is invalid');
    }
    const active = this.#begin(name, parameters, nowMs);
    this.#save();
    return active;
  }

  #begin(name: string, parameters: Record<string, unknown>, sinceMs: number): ActiveShift {
    const effect = this.#find(name).effect(parameters, { population: this.#population, sinceMs });
    const active = { name, parameters, since: new Date(sinceMs).toISOString() };
    this.#on.set(name, { active, effect });
    this.#simulation.effects.add(effect);
    return active;
  }

  /** @throws AppError WORLD_SHIFT_UNKNOWN, WORLD_SHIFT_OFF */
  stop(name: string): ActiveShift {
    this.#find(name);
    const entry = this.#on.get(name);
    if (!entry) throw errors.SHIFT_OFF(name);
    this.#on.delete(name);
    this.#simulation.effects.delete(entry.effect);
    this.#save();
    return entry.active;
  }

  #save(): void {
    if (this.#file === undefined) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.active, null, 2));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #find(name: string): Shift {
    const shift = this.#known.get(name);
    if (!shift) throw errors.SHIFT_UNKNOWN(name, [...this.#known.keys()].join(', '));
    return shift;
  }
}

function read(file: string): ActiveShift[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ActiveShift[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
