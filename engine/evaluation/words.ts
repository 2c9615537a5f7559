import type { RankedBy } from './pool-standings.js';
import type { EvaluationReport } from './report.js';
import type { Scored } from './scores.js';

/** Names as the paper writes them, and ours. */
export const DISTANCE_TITLES: Readonly<Record<RankedBy, string>> = {
	centroid: 'Centroid',
	'single-linkage': 'Single linkage',
	'complete-linkage': 'Complete linkage',
	trace: 'Trace',
	'best-trace': 'Best Trace',
	'nw-dtw': 'NW-DTW',
	'sw-dtw': 'SW-DTW',
	'timed-best-trace': 'Timed Best Trace (ours)',
	'timed-dtw': 'Timed DTW (ours)',
	'trace-sum': 'Trace, literal sum',
	'best-trace-sum': 'Best Trace, literal sum',
};

const SEGMENTER_TITLES: Readonly<Record<string, string>> = {
	foote: 'Foote',
	sf: 'SF',
	olda: 'OLDA',
	default: 'Default',
	transnet: 'TransNet',
	timeline: 'Timeline',
};

export const segmenterTitle = (segmenter: string): string => SEGMENTER_TITLES[segmenter] ?? segmenter;

/** What a report's numbers were made from, to stand wherever they do. */
export const originOf = ({ dataSet }: Pick<EvaluationReport, 'dataSet'>): string => {
	switch (dataSet.origin) {
		case 'simulated':
			return 'simulated features: no real picture or music';
		case 'rendered':
			return 'pictures rendered to real music, not real edits';
		case 'real':
			return 'real pictures with their music';
	}
};

/** 46.2 ± 3.1, by half the width of the interval. */
export const rankText = ({ value, low, high }: Scored): string => `${fixed(value)} ± ${fixed((high - low) / 2)}`;

/** 33.4 ± 2.9, in per cent. */
export const shareText = ({ value, low, high }: Scored): string =>
	`${(100 * value).toFixed(1)} ± ${(50 * (high - low)).toFixed(1)}`;

const fixed = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** A table in Markdown: the first column left, the others right. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[
		`| ${head.join(' | ')} |`,
		`|${head.map((_, column) => (column === 0 ? '---' : '--:')).join('|')}|`,
		...rows.map(row => `| ${row.join(' | ')} |`),
	].join('\n');
