import { planWithEnding } from '../crops/endings.js';
import { type Basis, type CutSide, confidenceOf, inDeviations, judge, weightedSum } from '../crops/judge.js';
import { type CropPlan, songSpansIn } from '../crops/plan.js';
import { preparedTrack } from '../crops/prepared-track.js';
import { recut, recutBars } from '../crops/recut.js';
import type { Singing } from '../crops/voices.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Seconds, Span } from '../time/time.js';
import type { Candidate, CropChoice, Pick } from './pick.js';
import { reasonsFor } from './reasons.js';
import { segmentsInRange } from './segments-in-range.js';

/**
 * The crop that follows from a choice, judged on the scale of an earlier answer. A re-cut that nothing forces and that does
 * not come out better than the straight crop, joins counted, gives way to it.
 */
export const pickOf = async (
	cut: CutAnalysis,
	side: CutSide,
	candidate: Candidate,
	choice: CropChoice,
	basis: Basis,
	alternatives: Pick['alternatives'],
): Promise<Pick> => {
	const straight = () => planWithEnding(candidate.analysis, choice.start, side.length, choice.ending);
	const judged = (plan: CropPlan) => pickWith(cut, side, candidate, choice, plan, basis, alternatives);
	if (choice.form === 'straight') return judged(straight());
	const plan = await recutOf(side, candidate, choice, segmentsInRange(cut, side.range));
	if (plan === null) return judged(straight());
	const best = await judged(plan);
	if (choice.lock) return best;
	const other = await judged(straight());
	const sum = ({ terms }: Pick) => weightedSum(terms, basis.weights);
	return sum(other) >= sum(best) ? other : best;
};

const recutOf = async (
	side: CutSide,
	candidate: Candidate,
	{ start, ending, lock }: CropChoice,
	segments: readonly Span[],
): Promise<CropPlan | null> => {
	const bars = recutBars(candidate.analysis, lock ? lock.song : start);
	if (bars.length === 0) return null;
	const found = recut(side, candidate.analysis, bars, {
		start,
		ending,
		lock: lock && { at: lock.cut - side.range.start, song: lock.song },
		content: await candidate.stretchCosts(bars),
		segments: segments.map(segment => ({
			start: segment.start - side.range.start,
			end: segment.end - side.range.start,
		})),
	});
	return found?.plan ?? null;
};

const pickWith = async (
	cut: CutAnalysis,
	side: CutSide,
	candidate: Candidate,
	choice: CropChoice,
	plan: CropPlan,
	basis: Basis,
	alternatives: Pick['alternatives'],
): Promise<Pick> => {
	const { analysis } = candidate;
	const segments = segmentsInRange(cut, side.range);
	const [costs] = (await candidate.segmentCosts([plan.pieces])) as [readonly number[]];
	const values = judge(side, preparedTrack(analysis), plan, meanCost(costs, segments), singingOf(candidate));
	const terms = inDeviations(values, basis);
	const pick: Pick = {
		id: candidate.id,
		crop: { start: choice.start, end: Math.min(analysis.duration, choice.start + side.length) },
		choice,
		plan,
		score: confidenceOf(weightedSum(terms, basis.weights), basis, analysis.duration, side.length),
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
