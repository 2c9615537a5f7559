import type { EndingChoice } from '../crops/endings.js';
import { planWithEnding } from '../crops/endings.js';
import { type Basis, type CutSide, confidenceOf, cutSide, inDeviations, judge, weightedSum } from '../crops/judge.js';
import { straightPiece } from '../crops/plan.js';
import { preparedTrack } from '../crops/prepared-track.js';
import { agreementAtOffsets, firstLook, type Place } from '../crops/search.js';
import { snapToBeat } from '../crops/snap.js';
import { isSteady } from '../crops/steady-beat.js';
import { TERM_WEIGHTS, type TermValues } from '../crops/terms.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { moments } from '../numeric/statistics.js';
import type { DistanceName } from '../protocol/messages.js';
import type { Seconds, Span } from '../time/time.js';
import type { Candidate, Contender, Pick } from './pick.js';
import { meanCost, pickOf, singingOf } from './plan-choice.js';
import { segmentsInRange } from './segments-in-range.js';

export type SuggestCropsOptions = {
	readonly top: number;
	/** The distance that ranked the candidates. The timed trace also says where; the others speak for the whole track. */
	readonly distance: DistanceName;
	readonly ending?: EndingChoice;
	/** How much each term counts; as documented unless given. */
	readonly weights?: TermValues;
};

/** So many tracks, the best at first look, are looked at beat by beat, or as many as are asked for. */
const SECOND_LOOK = 50;
/** Of each, so many places a track, at least so far apart. */
const PLACES = 12;
const APART: Seconds = 1;
/** Of those, the best are compared segment by segment with just the music that would play. */
const EMBEDDED = 6;
/** The best tracks, as many as are seen at first or asked for, are looked at once more on every beat. */
const THIRD_LOOK = 8;
/** Of a track's beats, so many are compared segment by segment. */
const EMBEDDED_BEATS = 48;

/**
 * The best crops for a range of a cut: tracks by how their best place agrees with the cut, one crop a track, no two of the
 * first three from one album.
 *
 * First every track is looked at in steps of an eighth of a second, by movement, accents and its sections' content. The best
 * are looked at again at their best places, as they are and moved onto beats: the cut's own boundaries are laid over the song there, the
 * music between them is embedded, and every term is counted on exactly what would be heard. The best of these are looked
 * at on every beat.
 *
 * @param range - inside the cut, not empty
 * @returns at most `top` picks, best first
 */
export const suggestCrops = async (
	cut: CutAnalysis,
	range: Span,
	contenders: readonly Contender[],
	{ top, distance, ending = 'natural', weights = TERM_WEIGHTS }: SuggestCropsOptions,
): Promise<Pick[]> => {
	const side = cutSide(cut, range);
	const tellsWhere = distance === 'timed-best-trace';
	const look = firstLook(
		contenders.map(({ outline, contentCosts, distance: whole, wish }) => {
			const everywhere = (_step: Seconds, count: number) => new Float64Array(count).fill(whole);
			return agreementAtOffsets(side.dynamics, side.cuts, outline, tellsWhere ? contentCosts : everywhere, wish);
		}),
		side.length,
		weights,
	);
	const order = [...contenders.keys()].sort((a, b) => look.confidences[b]! - look.confidences[a]!);
	const looked: Looked[] = [];
	for (const index of order.slice(0, Math.max(SECOND_LOOK, top))) {
		const places = look.places(index, PLACES, APART);
		const candidate = await contenders[index]!.open();
		looked.push(await secondLook(cut, side, candidate, places, look.basis, tellsWhere));
	}
	const basis = secondBasis(look.basis, looked, tellsWhere);
	const second = byScore(looked, basis, side);
	const third: Looked[] = [];
	for (const { candidate, places } of second.slice(0, Math.max(THIRD_LOOK, top))) {
		const starts = [...places.map(({ start }) => start), ...beatStarts(candidate.analysis, side.length)];
		third.push(await closeLook(cut, side, candidate, starts, basis, tellsWhere, EMBEDDED_BEATS));
	}
	const ranked = byScore(third, basis, side);

	const picks = await Promise.all(
		spreadOverAlbums(ranked, top).map(async ({ candidate, places: [best, ...others] }) => {
			const choice = { start: best!.start, form: 'straight' as const, ending, lock: null };
			const scale = { ...basis, wish: candidate.wish };
			const pick = await pickOf(cut, side, candidate, choice, scale, diverse(best!.start, others, side.length));
			return { candidate, pick };
		}),
	);
	// Endings are judged with the rest, and may change the order.
	picks.sort((a, b) => b.pick.score - a.pick.score);
	return spreadOverAlbums(picks, top).map(({ pick }) => pick);
};

type Looked = {
	readonly candidate: Candidate;
	readonly places: readonly { readonly start: Seconds; readonly values: TermValues }[];
};

const secondLook = async (
	cut: CutAnalysis,
	side: CutSide,
	candidate: Candidate,
	first: readonly Place[],
	basis: Basis,
	tellsWhere: boolean,
): Promise<Looked> => {
	const { analysis } = candidate;
	const latest = Math.max(0, analysis.duration - side.length);
	// A beat's worth is weighed like all else: hits of the picture on hits of the music can be worth more.
	const starts = first.flatMap(({ offset }) => [
		Math.min(latest, offset),
		snapToBeat(preparedTrack(analysis), side.cuts, offset, latest),
	]);
	return closeLook(cut, side, candidate, starts, basis, tellsWhere, EMBEDDED);
};

/** Every beat from which the song lasts for the range. */
const beatStarts = ({ beats, duration }: TrackAnalysis, length: Seconds): Seconds[] =>
	isSteady(beats) ? beats.beats.filter(beat => beat + length <= duration) : [];

/** Every term at each of these starts, and the music under the best of them embedded in one batch. */
const closeLook = async (
	cut: CutAnalysis,
	side: CutSide,
	candidate: Candidate,
	starts: readonly Seconds[],
	basis: Basis,
	tellsWhere: boolean,
	embedded: number,
): Promise<Looked> => {
	const { analysis } = candidate;
	const track = preparedTrack(analysis);
	const judged = [...new Set(starts)]
		.map(start => {
			const plan = planWithEnding(analysis, start, side.length, 'hard');
			const values = judge(
				side,
				track,
				plan,
				tellsWhere ? candidate.contentCost(start) : candidate.distance,
				singingOf(candidate),
			);
			return {
				start,
				values,
				sum: weightedSum(inDeviations(values, { ...basis, wish: candidate.wish }), basis.weights),
			};
		})
		.sort((a, b) => b.sum - a.sum)
		.slice(0, embedded);
	if (!tellsWhere) return { candidate, places: judged };
	const segments = segmentsInRange(cut, side.range);
	const costs = await candidate.segmentCosts(
		judged.map(({ start }) => [straightPiece(start, side.length, analysis.duration)]),
	);
	return {
		candidate,
		places: judged.map(({ start, values }, k) => ({
			start,
			values: { ...values, content: -meanCost(costs[k]!, segments) },
		})),
	};
};

/** Each track's places and the tracks themselves, best first. */
const byScore = (looked: readonly Looked[], basis: Basis, side: CutSide) =>
	looked
		.flatMap(({ candidate, places }) => {
			const judged = places
				.map(({ start, values }) => ({
					start,
					sum: weightedSum(inDeviations(values, { ...basis, wish: candidate.wish }), basis.weights),
				}))
				.sort((a, b) => b.sum - a.sum)
				.map(({ start, sum }) => ({
					start,
					score: confidenceOf(sum, basis, candidate.analysis.duration, side.length),
				}));
			return judged[0] ? [{ candidate, places: judged, score: judged[0].score }] : [];
		})
		.sort((a, b) => b.score - a.score || (a.candidate.id < b.candidate.id ? -1 : 1));

/** The scale of the second look: of places that were embedded for what plays there, and with the terms that it adds. */
const secondBasis = (first: Basis, looked: readonly Looked[], tellsWhere: boolean): Basis => {
	const contents = looked.flatMap(({ places }) => places.map(({ values }) => values.content));
	const added = (['beats', 'rises', 'phrases', 'voices', 'joins'] as const).reduce(
		(sum, term) => sum + first.weights[term] ** 2,
		0,
	);
	return {
		...first,
		content: tellsWhere ? moments(contents) : first.content,
		// Each added term has a deviation of its own of about one, and none of them goes with the others much.
		total: { mean: first.total.mean, deviation: Math.sqrt(first.total.deviation ** 2 + added) },
	};
};

/** Other places at least this share of the range away from those before them. */
const DIVERSE = 0.25;
const MOST_ALTERNATIVES = 4;

const diverse = (start: Seconds, others: readonly { start: Seconds; score: number }[], length: Seconds) => {
	const taken = [start];
	return others
		.filter(other => {
			const apart = taken.every(place => Math.abs(place - other.start) >= DIVERSE * length);
			if (apart) taken.push(other.start);
			return apart;
		})
		.slice(0, MOST_ALTERNATIVES);
};

/** The order kept, but of one album only the best is among the first three. */
const spreadOverAlbums = <Ranked extends { readonly candidate: Candidate }>(
	ranked: Ranked[],
	top: number,
): Ranked[] => {
	const first: Ranked[] = [];
	for (const entry of ranked) {
		if (first.length === FIRST) break;
		const { album } = entry.candidate;
		if (album === null || first.every(({ candidate }) => candidate.album !== album)) first.push(entry);
	}
	return [...first, ...ranked.filter(entry => !first.includes(entry))].slice(0, top);
};

/** What the editor sees at first. */
const FIRST = 3;
