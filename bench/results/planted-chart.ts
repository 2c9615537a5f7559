import { MAIN } from '../../engine/io/plots/plot-style.js';
import type { Chart } from '../../engine/io/plots/write-plot.js';
import type { Figure } from '../figures.js';
import { PLANTED_KINDS } from '../planted-cases.js';

/** What answered, by how its figures are called. */
const ANSWERS: Readonly<Record<string, string>> = {
	planted: 'Segue',
	'best-trace': 'Best Trace (paper)',
	'sw-dtw': 'SW-DTW (paper)',
	chance: 'a random start',
};

/** Shares of planted cuts whose crop point is found to the bar, by kind, with intervals; null where none were measured. */
export const plantedChart = (figures: readonly Figure[]): Chart | null => {
	const values = figures.flatMap(({ name, median, min, max }) => {
		const [, answer, kind] = /^(.+)-within-bar(?:, (.+))?$/.exec(name) ?? [];
		const called = answer === undefined ? undefined : ANSWERS[answer];
		return called === undefined ? [] : [{ answer: called, kind: kind ?? 'all', median, min, max }];
	});
	const cases = figures.find(({ name }) => name === 'planted-within-bar');
	if (!cases) return null;
	const tracks = figures.find(({ name }) => name === 'tracks');
	const answers = Object.values(ANSWERS);
	const y = { field: 'answer', type: 'nominal', title: null, sort: answers } as const;
	const share = { type: 'quantitative', axis: { format: '%', title: 'found to the bar' } } as const;
	return {
		title: {
			text: 'Crop points of cuts whose music is known',
			subtitle: [
				`${cases.runs} cuts made from passages of ${tracks?.median ?? 'the'} tracks, partly simulated`,
				'lines: 95 % intervals, by bootstrap of the cases',
			],
		},
		data: { values },
		facet: { field: 'kind', type: 'nominal', title: null, sort: ['all', ...PLANTED_KINDS] },
		columns: 3,
		spec: {
			width: 240,
			height: 110,
			layer: [
				{
					mark: { type: 'rule', color: MAIN, strokeWidth: 2 },
					encoding: { y, x: { field: 'min', ...share }, x2: { field: 'max' } },
				},
				{
					mark: { type: 'point', filled: true, color: MAIN, size: 60, opacity: 1 },
					encoding: { y, x: { field: 'median', ...share } },
				},
			],
		},
	};
};
