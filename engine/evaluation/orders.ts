import { PUBLISHED_ORDER } from './paper-figures.js';
import type { RankedBy } from './pool-standings.js';
import type { EvaluationReport } from './report.js';
import type { ScenarioName } from './scenarios.js';

export type CheckedOrder = {
	readonly scenario: ScenarioName;
	readonly segmenter: string;
	/** By mean rank in the paper, the best first. */
	readonly claim: readonly RankedBy[];
	/** The same distances by mean rank here, the best first. */
	readonly found: readonly { readonly distance: RankedBy; readonly meanRank: number }[];
	readonly holds: boolean;
};

/** Whether the paper's orderings of distances hold in a report, segmenter by segmenter, wherever all of them were asked. */
export const checkedOrders = ({ segments, cells }: EvaluationReport): CheckedOrder[] =>
	PUBLISHED_ORDER.flatMap(({ scenario, order }) =>
		segments.flatMap(({ segmenter }) => {
			const found = cells
				.filter(
					cell =>
						cell.scenario === scenario &&
						cell.segmenter === segmenter &&
						cell.direction === 'video-to-music' &&
						order.includes(cell.distance),
				)
				.map(({ distance, meanRank }) => ({ distance, meanRank: meanRank.value }))
				.sort((a, b) => a.meanRank - b.meanRank);
			if (found.length < order.length) return [];
			return [
				{ scenario, segmenter, claim: order, found, holds: found.every(({ distance }, k) => distance === order[k]) },
			];
		}),
	);
