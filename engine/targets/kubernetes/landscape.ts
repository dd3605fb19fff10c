import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeApi, Live } from './api.ts';
import type { ClusterCopies } from './copies.ts';
import { errors } from './errors.ts';
import { deleteObjects, OUR_LABEL } from './objects.ts';

/** The namespace that says whose all of it is. */
const MARK = { collection: '/api/v1/namespaces', name: 'firedrill-devices' };
const MARKED = `${MARK.collection}/${MARK.name}`;
const HOME = 'firedrill/home';
/** Everything is there. */
const SETTLED = 'firedrill/settled';
/** Names that we would take. */
const OUR_NAMES = /^firedrill(-|$)/;
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
   * Makes it, as it was when the platform went down. What a crash has left is kept as it is, and what a crash has left
   * half made or half taken away is finished.
   * @throws AppError KUBERNETES_TAKEN, KUBERNETES_OCCUPIED, KUBERNETES_REFUSED
   */
  async settle(): Promise<void> {
    const { api, home, manifests } = this.#options;
    const mark = await api.get(MARKED);
    const { [HOME]: owner, [SETTLED]: settled } = mark?.metadata.annotations ?? {};
    if (owner !== undefined && owner !== home) throw errors.TAKEN(owner);
    const stays = owner === home && !mark?.metadata.deletionTimestamp;
    if (stays && settled) return;
    if (!stays) {
      await deleteObjects(api);
      await this.#claim();
    }
    await api.kubectl('apply', '-k', manifests);
    if (this.copies.has(AT_REST)) await this.copies.bringBack(AT_REST);
    // The copy says whose it was; its folder may have been moved since.
    await api.patch(MARKED, { metadata: { annotations: { [HOME]: home, [SETTLED]: 'true' } } });
  }

  /** Takes it out of the cluster. @param options keep a copy for the next start. @returns whether it was there */
  async leave({ keep }: { keep: boolean }): Promise<boolean> {
    const { api, home } = this.#options;
    const mark = await api.get(MARKED);
    if (mark?.metadata.annotations?.[HOME] !== home) return false;
    if (keep && !mark.metadata.deletionTimestamp) {
      // A copy is not settled before all of it has been written.
      await api.patch(MARKED, { metadata: { annotations: { [SETTLED]: null } } });
      await this.copies.keep(AT_REST);
      await this.copies.publish(AT_REST);
    }
    await deleteObjects(api);
    return true;
  }

  /** Says that the cluster is ours, before anything else is written. Two who try get one namespace. */
  async #claim(): Promise<void> {
    const { api, home } = this.#options;
    const names = (await api.list(MARK.collection)).map(({ metadata }) => metadata.name);
    const others = names.filter((name) => OUR_NAMES.test(name));
    if (others.length > 0) throw errors.OCCUPIED(others);
    const metadata = { name: MARK.name, labels: OUR_LABEL, annotations: { [HOME]: home } };
    await api.create(MARK.collection, { apiVersion: 'v1', kind: 'Namespace', metadata });
  }
}

/** The nodes that come along. @param manifests folder with nodes.yaml */
export function readNodes(manifests: string): Live[] {
  return parseAllDocuments(readFileSync(join(manifests, 'nodes.yaml'), 'utf8')).map((document) => {
    const node = document.toJS() as Live;
    const { name, labels } = node.metadata;
    const own = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...OUR_LABEL };
    return { ...node, metadata: { name, labels: { ...labels, ...own } } };
  });
}
