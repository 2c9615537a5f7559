import { type RankedBy, rankedBy } from './pool-standings.js';
import { DIRECTIONS, type Direction } from './report.js';
import {
	type Cutting,
	canCut,
	type FoundBoundaries,
	SCENARIOS,
	type ScenarioName,
	scenarioNames,
	segmentersOf,
} from './scenarios.js';

/** What an evaluation is asked for; null leaves the choice to {@link planOf}. */
export type Wanted = {
	readonly segmenters: readonly string[] | null;
	readonly scenarios: readonly ScenarioName[] | null;
	readonly distances: readonly RankedBy[] | null;
	readonly directions: readonly Direction[] | null;
};

/** One pass over all queries. */
export type Task = {
	readonly scenario: ScenarioName;
	readonly segmenter: string;
	readonly direction: Direction;
	readonly distances: readonly RankedBy[];
};

/** How clips are cut: what a task needs embedded. */
export type Kind = { readonly cutting: Cutting; readonly segmenter: string };

export const kindKey = ({ cutting, segmenter }: Kind): string => `${cutting} ${segmenter}`;

export const kindOf = ({ scenario, segmenter }: Pick<Task, 'scenario' | 'segmenter'>): Kind => ({
	cutting: SCENARIOS[scenario].cutting,
	segmenter,
});

/** The scenario in which the indel costs of a cutting are tuned: one in which counts do not give the answer away. */
export const TUNING_SCENARIOS = { shared: 'crop-stretch', independent: 'independent-crop' } as const satisfies Partial<
	Record<Cutting, ScenarioName>
>;

/** Which cutting's indel costs a cutting uses. */
export const tunedAs = (cutting: Cutting): keyof typeof TUNING_SCENARIOS =>
	cutting === 'independent' ? 'independent' : 'shared';

/** Asked of every segmenter where nothing is said: the headline, and the paper's own. */
const FOR_ALL: readonly ScenarioName[] = ['independent', 'vanilla', 'crop', 'stretch', 'crop-stretch'];

/**
 * Sweeps and controls, and music to video, are asked of this segmenter alone, or of the first where it is missing; music to
 * video without sweeps and controls.
 */
const MAIN_SEGMENTER = 'olda';

/** Everything to be done, of what the clips allow. */
export const planOf = (clips: readonly FoundBoundaries[], wanted: Wanted): Task[] => {
	const known = segmentersOf(clips);
	const segmenters = known.filter(name => wanted.segmenters?.includes(name) ?? true);
	const main = segmenters.includes(MAIN_SEGMENTER) ? MAIN_SEGMENTER : segmenters[0];
	const distances = wanted.distances ?? rankedBy;
	return segmenters.flatMap(segmenter => {
		const scenarios = wanted.scenarios ?? (segmenter === main ? scenarioNames : FOR_ALL);
		const directionsOf = (scenario: ScenarioName) =>
			wanted.directions ?? (segmenter === main && FOR_ALL.includes(scenario) ? DIRECTIONS : [DIRECTIONS[0]]);
		return scenarios
			.filter(scenario => canCut(clips, SCENARIOS[scenario].cutting, segmenter))
			.flatMap(scenario =>
				directionsOf(scenario).map(direction => ({
					scenario,
					segmenter,
					direction,
					// Of two single segments every distance but this orders as the others do.
					distances: SCENARIOS[scenario].cutting === 'whole' ? (['centroid'] as const) : distances,
				})),
			);
	});
};

/** Each kind once. */
export const kindsOf = (kinds: readonly Kind[]): Kind[] => [
	...new Map(kinds.map(kind => [kindKey(kind), kind])).values(),
];
