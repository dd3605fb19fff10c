import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeApi, Live } from './api.ts';
import type { ClusterCopies } from './copies.ts';
import { errors } from './errors.ts';
import { deleteObjects, PART_OF } from './objects.ts';

/** On a namespace of ours: whose it is. */
const HOME = 'firedrill/home';
const MARK = '/api/v1/namespaces/firedrill-devices';
/** What the cluster held of us when the platform went down. */
const AT_REST = 'at-rest';

export interface LandscapeOptions {
  api: KubeApi;
  /** Absolute path: whose platform it is. */
  home: string;
  /** Folder with a kustomization. */
  manifests: string;
  copies: ClusterCopies;
}

/** What a platform has in a cluster: namespaces, teams, quotas. */
export class Landscape {
  readonly copies: ClusterCopies;
  readonly #options: LandscapeOptions;

  constructor(options: LandscapeOptions) {
    this.copies = options.copies;
    this.#options = options;
  }

  /**
   * Makes it, as it was when the platform went down. What a crash has left is kept as it is.
   * @throws AppError KUBERNETES_TAKEN, KUBERNETES_REFUSED
   */
  async settle(): Promise<void> {
    const { api, home, manifests } = this.#options;
    const owner = await this.#owner();
    if (owner === home) return;
    if (owner !== undefined) throw errors.TAKEN(owner);
    await api.kubectl('apply', '-k', manifests);
    await api.patch(MARK, { metadata: { annotations: { [HOME]: home } } });
    if (this.copies.has(AT_REST)) await this.copies.bringBack(AT_REST);
  }

  /** Takes it out of the cluster. @param options keep a copy for the next start. @returns whether it was there */
  async leave({ keep }: { keep: boolean }): Promise<boolean> {
    const { api, home } = this.#options;
    if ((await this.#owner()) !== home) return false;
    if (keep) {
      await this.copies.keep(AT_REST);
      await this.copies.publish(AT_REST);
    }
    await deleteObjects(api);
    return true;
  }

  async #owner(): Promise<string | undefined> {
    return (await this.#options.api.get(MARK))?.metadata.annotations?.[HOME];
  }
}

/** The nodes that come along. @param manifests folder with nodes.yaml */
export function readNodes(manifests: string): Live[] {
  const ours = Object.fromEntries([PART_OF.split('=') as [string, string]]);
  return parseAllDocuments(readFileSync(join(manifests, 'nodes.yaml'), 'utf8')).map((document) => {
    const node = document.toJS() as Live;
    const { name, labels } = node.metadata;
    const own = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...ours };
    return { ...node, metadata: { name, labels: { ...labels, ...own } } };
  });
}
