import type { Releases } from './releases.ts';
import type { Revisions } from './revisions.ts';
import { BUILT_IN, type Revision, type RevisionChange } from './target.ts';

/** Puts a change on record as a new revision, its source kept. Nothing runs it yet. */
export function recordChange(
  workload: string,
  { revisions, releases }: { revisions: Revisions; releases: Releases },
  change: RevisionChange,
): Promise<Revision> {
  const { overlay, overlayAdds, ...rest } = change;
  return releases.exclusively(async () => {
    const code = overlay
      ? await releases.build(overlay, overlayAdds)
      : overlay === null
        ? BUILT_IN
        : undefined;
    const added = revisions.add(workload, rest, code);
    await releases.prune(revisions.codes());
    return added;
  });
}
