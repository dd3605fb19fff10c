import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { VERSION } from '../../../lib/kit/service.ts';

const FOLDERS = ['../trainer/', './'];

/**
 * `0.1.0+trainer.0a1b2c3d4e5f`: the release, and a hash of the sources that train, not of what tests them. The same
 * code, the same name.
 */
export function codeVersion(): string {
  const hash = createHash('sha256');
  for (const folder of FOLDERS.map((path) => new URL(path, import.meta.url))) {
    const sources = readdirSync(folder).filter((name) =>
      /^(?!fixtures\.).*(?<!\.test)\.(ts|proto)$/.test(name),
    );
    for (const name of sources.sort()) hash.update(name).update(readFileSync(new URL(name, folder)));
  }
  return `${VERSION}+trainer.${hash.digest('hex').slice(0, 12)}`;
}
