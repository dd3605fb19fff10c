/** One condition for promotion, with what was seen. */
export interface Gate {
  name: string;
  passed: boolean;
  /** What was compared, for a person. */
  reason: string;
}

export interface GateInput {
  /** AUC of the candidate on the test rows. */
  auc: number;
  /** AUC of the champion: on the same rows where it can read them, else the one it was registered with. */
  champion: { version: string; auc: number; sameRows: boolean } | null;
  minAuc: number;
  maxAucLoss: number;
}

/** The gates between a trained version and the alias customers are decided by. */
export function checkGates({ auc, champion, minAuc, maxAucLoss }: GateInput): Gate[] {
  const gates: Gate[] = [
    {
      name: 'sanity',
      passed: auc >= minAuc,
      reason: `AUC ${auc.toFixed(4)} on the test rows, at least ${minAuc} is needed`,
    },
  ];
  if (champion) {
    const rows = champion.sameRows ? 'the same rows' : 'the rows it was registered with';
    gates.push({
      name: 'champion',
      passed: auc >= champion.auc - maxAucLoss,
      reason: `AUC ${auc.toFixed(4)} against ${champion.auc.toFixed(4)} of champion ${champion.version} on ${rows}, at most ${maxAucLoss} less is accepted`,
    });
  }
  return gates;
}
