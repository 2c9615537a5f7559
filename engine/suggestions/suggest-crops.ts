import { cutDynamics } from '../crops/dynamics.js';
import { agreementAtOffsets, searchCrops } from '../crops/search.js';
import { snapToBeat } from '../crops/snap.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import type { DistanceName } from '../protocol/messages.js';
import type { Span } from '../time/time.js';
import type { Candidate, Pick } from './pick.js';
import { reasonsFor } from './reasons.js';

export type SuggestCropsOptions = {
	readonly top: number;
	/** The distance that ranked the candidates. The timed trace also says where; the others speak for the whole track. */
	readonly distance: DistanceName;
};

/**
 * The best crops for a range of a cut: tracks by how their best place agrees with the cut, one crop a track, no two of the
 * first three from one album.
 *
 * @param range - inside the cut, not empty
 * @returns at most `top` picks, best first
 */
export const suggestCrops = (
	cut: CutAnalysis,
	range: Span,
	candidates: readonly Candidate[],
	{ top, distance }: SuggestCropsOptions,
): Pick[] => {
	const cuts = cut.boundaries
		.map(({ seconds }) => seconds - range.start)
		.filter(seconds => seconds > 0 && seconds < range.end - range.start);
	const picture = cutDynamics(cut, range);
	const agreements = candidates.map(({ analysis, contentCost, distance: whole }) =>
		agreementAtOffsets(picture, cuts, analysis, distance === 'timed-best-trace' ? contentCost : () => whole),
	);
	const found = searchCrops(agreements, { perTrack: 1, apart: 1 });
	const ranked = candidates
		.map((candidate, c) => ({ candidate, point: found[c]!.points[0], score: found[c]!.confidence }))
		.sort((a, b) => b.score - a.score || (a.candidate.id < b.candidate.id ? -1 : 1));

	return spreadOverAlbums(ranked, top).flatMap(({ candidate, point, score }) => {
		if (!point) return [];
		const pick = pickAt(cut, range, cuts, candidate, point.offset, score);
		return [{ ...pick, reasons: reasonsFor(cut, range, candidate, pick) }];
	});
};

const pickAt = (
	cut: CutAnalysis,
	range: Span,
	cuts: readonly number[],
	candidate: Candidate,
	offset: number,
	score: number,
): Pick => {
	const { analysis } = candidate;
	const length = range.end - range.start;
	const latest = Math.max(0, analysis.duration - length);
	const start = snapToBeat(analysis, cuts, offset, latest);
	const end = Math.min(analysis.duration, start + length);
	const likeness = candidate.segmentLikeness(start);
	const segments = segmentsInRange(cut, range).map((segment, s) => {
		const music = { start: segment.start - range.start + start, end: Math.min(segment.end - range.start + start, end) };
		return { cut: segment, music: music.end > music.start ? music : null, similarity: likeness[s] ?? 0 };
	});
	return { id: candidate.id, crop: { start, end }, score, distance: candidate.distance, segments, reasons: [] };
};

/** The cut's segments, clipped to the range. */
export const segmentsInRange = (cut: CutAnalysis, range: Span): Span[] =>
	cut.segments
		.map(({ start, end }) => ({ start: Math.max(start, range.start), end: Math.min(end, range.end) }))
		.filter(({ start, end }) => end > start);

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
