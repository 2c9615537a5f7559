import type { LearningPoint } from '../../training/train.js';
import type { Chart } from '../plots/write-plot.js';

/** Loss and retrieval on the validation split over the steps of a training, the best validation marked. */
export const learningCurve = (title: string, curve: readonly LearningPoint[], best: number): Chart => ({
	title,
	data: { values: curve.map(point => ({ ...point, best: point.step === best })) },
	vconcat: [
		panel('loss', 'loss (mean triplet)', false),
		panel('reciprocalRank', 'mean reciprocal rank', true),
		panel('recallAt10', 'recall at 10', true),
	],
});

const panel = (field: keyof LearningPoint, title: string, marked: boolean) => ({
	width: 560,
	height: 130,
	layer: [
		{
			mark: 'line' as const,
			encoding: {
				x: { field: 'step', type: 'quantitative' as const, title: 'steps' },
				y: { field, type: 'quantitative' as const, title },
			},
		},
		...(marked
			? [
					{
						transform: [{ filter: 'datum.best' }],
						mark: { type: 'point' as const, filled: true, size: 70 },
						encoding: {
							x: { field: 'step', type: 'quantitative' as const },
							y: { field, type: 'quantitative' as const },
						},
					},
				]
			: []),
	],
});
