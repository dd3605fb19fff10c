import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';
import { scrape } from '../scrape.ts';

const READERS = ['inference-eu', 'inference-us'] as const;

export default defineProbe<{ view: string }>({
  describe: 'Freshness of the features as inference sees it, the worst of all partitions and regions.',
  unit: 'business seconds',
  range: { min: 0 },
  arguments: { view: Type.String({ default: 'fraud' }) },
  async read({ url }, { view }) {
    const perReader = await Promise.all(
      READERS.map(async (name) => {
        const series = await scrape(`${url(name)}/metrics`, 'firedrill_feature_freshness_seconds');
        return series.filter(({ labels }) => labels.view?.split('@')[0] === view).map(({ value }) => value);
      }),
    );
    if (perReader.some((values) => values.length === 0))
      return { value: undefined, detail: 'a reader sees no watermark' };
    const worst = Math.round(Math.max(...perReader.flat()));
    return { value: worst, detail: `${worst} business s at the reader` };
  },
});
