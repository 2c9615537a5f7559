import { planWithEnding } from '../crops/endings.js';
import { type Basis, type CutSide, confidenceOf, inDeviations, judge, weightedSum } from '../crops/judge.js';
import { type CropPlan, songSpansIn } from '../crops/plan.js';
import { preparedTrack } from '../crops/prepared-track.js';
import type { Singing } from '../crops/voices.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Seconds, Span } from '../time/time.js';
import type { Candidate, CropChoice, Pick } from './pick.js';
import { reasonsFor } from './reasons.js';
import { segmentsInRange } from './segments-in-range.js';

/** The crop that follows from a choice, judged on the scale of an earlier answer. */
export const pickOf = async (
	cut: CutAnalysis,
	side: CutSide,
	candidate: Candidate,
	choice: CropChoice,
	basis: Basis,
	alternatives: Pick['alternatives'],
): Promise<Pick> => {
	const { analysis } = candidate;
	const plan = planOf(candidate, side, choice);
	const segments = segmentsInRange(cut, side.range);
	const [costs] = (await candidate.segmentCosts([plan.pieces])) as [readonly number[]];
	const values = judge(side, preparedTrack(analysis), plan, meanCost(costs, segments), singingOf(candidate));
	const terms = inDeviations(values, basis);
	const pick: Pick = {
		id: candidate.id,
		crop: { start: choice.start, end: Math.min(analysis.duration, choice.start + side.length) },
		choice,
		plan,
		score: confidenceOf(weightedSum(terms), basis, analysis.duration, side.length),
		terms,
		basis,
		alternatives,
		distance: candidate.distance,
		segments: segments.map((segment, s) => ({
			cut: segment,
			music: musicUnder(plan, segment, side.range.start),
			similarity: Math.exp(-(costs[s] ?? 0)),
		})),
		reasons: [],
	};
	return { ...pick, reasons: reasonsFor(cut, side, candidate, pick) };
};

/** What is heard of a choice. */
export const planOf = ({ analysis }: Candidate, side: CutSide, { start, ending }: CropChoice): CropPlan =>
	planWithEnding(analysis, start, side.length, ending);

/** The first stretch of the song that sounds under a segment. */
const musicUnder = ({ pieces }: CropPlan, { start, end }: Span, rangeStart: Seconds): Span | null =>
	songSpansIn(pieces, { start: start - rangeStart, end: end - rangeStart })[0] ?? null;

/** Mean over the range's time of the segments' costs. */
export const meanCost = (costs: readonly number[], segments: readonly Span[]): number => {
	const total = segments.reduce((sum, { start, end }) => sum + (end - start), 0);
	return segments.reduce((sum, { start, end }, s) => sum + (costs[s] ?? 0) * (end - start), 0) / total;
};

export const singingOf = ({ analysis, vocals }: Candidate): Singing => ({
	spans: analysis.labels?.vocals ?? null,
	share: vocals,
});
