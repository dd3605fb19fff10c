import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../lib/kit/logging.ts';
import type { PlatformConfig } from './config.ts';
import { errors } from './errors.ts';
import type { Layout } from './layout.ts';
import type { Platform } from './platform.ts';
import type { ProgressWriter } from './progress.ts';

/** A file in engine/platform/targets: how a platform is put together there. */
export interface TargetKind {
  /**
   * Cores a platform takes there, over the whole of an incident and its starts and restores; as measured with
   * `validate`. Infinity: two have no place side by side.
   */
  cores: number;
  /** @throws AppError saying what this machine lacks for it */
  check(config: PlatformConfig): void | Promise<void>;
  /** Puts a platform together; nothing of it runs yet. Ends what a crash left behind. */
  open(config: PlatformConfig, logger: Logger): Promise<OpenedPlatform>;
  /**
   * From outside, when no engine runs: ends whatever does, and with `purge` forgets what lies elsewhere than in the home.
   * @returns whether anything was running
   */
  clean(place: { layout: Layout; base: number }, options: { purge: boolean }): Promise<boolean>;
}

export interface OpenedPlatform {
  platform: Platform;
  /** Starts everything; whatever fails is thrown, and the platform's lifecycle undoes what was begun. */
  bringUp(progress: Pick<ProgressWriter, 'write'>): Promise<void>;
}

export const defineTarget = (kind: TargetKind): TargetKind => kind;

const FOLDER = new URL('./targets/', import.meta.url);
const DEFAULT = 'local';

export const targetNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => /(?<!\.test)\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();

/** @throws PLATFORM_UNKNOWN_TARGET */
export async function loadTarget(name: string): Promise<TargetKind> {
  if (!targetNames().includes(name)) throw errors.UNKNOWN_TARGET(name, targetNames());
  return ((await import(new URL(`${name}.ts`, FOLDER).href)) as { default: TargetKind }).default;
}

/** What a home was made for: its data is of no use on another target, or on other ports. */
export interface Made {
  target: string;
  /** DRILL_PORT_BASE. */
  base: number;
}

const fileOf = ({ state }: Layout) => join(state, 'engine', 'target.json');

export function madeFor(layout: Layout): Made | undefined {
  if (existsSync(fileOf(layout))) return JSON.parse(readFileSync(fileOf(layout), 'utf8')) as Made;
  return undefined;
}

/**
 * The target of a home: what was asked for, or what it was made for.
 * @throws PLATFORM_OTHER_TARGET when those are two
 */
export function targetOf(layout: Layout, asked: string): string {
  const made = madeFor(layout)?.target;
  if (made !== undefined && asked !== '' && asked !== made)
    throw errors.OTHER_TARGET(layout.home, made, asked);
  return asked || made || DEFAULT;
}

export function rememberTarget(layout: Layout, made: Made): void {
  mkdirSync(join(layout.state, 'engine'), { recursive: true });
  writeFileSync(fileOf(layout), JSON.stringify(made), { mode: 0o600 });
}
