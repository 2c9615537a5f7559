import type { LearningPoint } from '../../training/train.js';
import type { Chart } from '../plots/write-plot.js';

/** Loss, and retrieval on the validation split, over the steps of a training; the weights that are kept are marked. */
export const learningCurve = (data: string, origin: string, curve: readonly LearningPoint[], best: number): Chart => ({
	title: { text: 'Learning curve', subtitle: `${data}: ${origin}` },
	data: { values: curve.map(point => ({ ...point, best: point.step === best })) },
	vconcat: [
		panel('loss', 'loss (mean triplet)', false),
		panel('reciprocalRank', 'mean reciprocal rank', true),
		panel('recallAt10', 'recall at 10', true),
	],
});

const panel = (field: keyof LearningPoint, title: string, marked: boolean) => ({
	width: 640,
	height: 130,
	layer: [
		{
			mark: 'line' as const,
			encoding: {
				x: { field: 'step', type: 'quantitative' as const, title: 'steps' },
				y: { field, type: 'quantitative' as const, title, scale: { zero: marked } },
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
