import { MUSIC_TAGS } from '../features/music-tag-names.js';
import type { Rated } from '../features/track-analysis.js';
import { medianFilter } from '../numeric/filters.js';
import { type Matrix32, row } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';

const SMOOTHING = 5;
const ENTER = 0.55;
const LEAVE = 0.4;
const SHORTEST: Seconds = 3;
/**
 * Added to the evidence against: weak tags for singing are common in instrumental music. Without words for it, the taggers'
 * strongest ones for singing add up to 0.0 to 0.3 on the demo tracks.
 */
const PRIOR = 0.3;
const LONGEST_GAP: Seconds = 2;

const MTT = 50;
const columns = (from: number, to: number, names: readonly string[]): number[] =>
	MUSIC_TAGS.flatMap((name, column) => (column >= from && column < to && names.includes(name) ? [column] : []));

/** Tags that say somebody sings, and those that say nobody does, by tagger. */
const SUNG_MTT = columns(0, MTT, [
	'vocal',
	'vocals',
	'singing',
	'voice',
	'female',
	'male',
	'woman',
	'man',
	'male vocal',
	'male voice',
	'female vocal',
	'female voice',
	'choir',
	'choral',
	'opera',
]);
const UNSUNG_MTT = columns(0, MTT, ['no vocals', 'no vocal', 'no voice']);
const SUNG_MSD = columns(MTT, MUSIC_TAGS.length, ['female vocalists', 'male vocalists', 'female vocalist']);
const UNSUNG_MSD = columns(MTT, MUSIC_TAGS.length, ['instrumental']);

/**
 * How likely somebody sings in each second, by both taggers: the strongest tag for singing over that plus the strongest
 * against it, then a running median of five seconds. Ours. A second with next to no such tag is unsung.
 *
 * @param tags - one row a second, row k about the second from k on: seconds × 100, zero where silent
 * @returns one value a second in [0, 1]
 */
export const vocalActivity = (tags: Matrix32): Float64Array =>
	medianFilter(
		Float64Array.from({ length: tags.rows }, (_, second) => {
			const values = row(tags, second);
			const strongest = (which: readonly number[]) => which.reduce((most, c) => Math.max(most, values[c]!), 0);
			const sung = strongest(SUNG_MTT) + strongest(SUNG_MSD);
			const unsung = strongest(UNSUNG_MTT) + strongest(UNSUNG_MSD);
			return sung / (sung + unsung + PRIOR);
		}),
		SMOOTHING,
	);

/**
 * Where somebody sings: stretches that begin above one threshold and end below a lower one, at least 3 s long, with gaps
 * under 2 s closed. The confidence is the mean activity within.
 */
export const vocalSpans = (tags: Matrix32, duration: Seconds): Rated<Span>[] => {
	const activity = vocalActivity(tags);
	const runs: { from: number; to: number }[] = [];
	let from = -1;
	for (let second = 0; second <= activity.length; second++) {
		const value = activity[second] ?? 0;
		if (from < 0 && value > ENTER) from = second;
		if (from >= 0 && value < LEAVE) {
			const last = runs.at(-1);
			if (last !== undefined && from - last.to < LONGEST_GAP) last.to = second;
			else runs.push({ from, to: second });
			from = -1;
		}
	}
	return runs
		.map(run => ({
			start: run.from,
			end: Math.min(duration, run.to),
			confidence: mean(activity.subarray(run.from, run.to)),
		}))
		.filter(({ start, end }) => end - start >= SHORTEST);
};

/** Share of the track in which somebody sings, in [0, 1]. */
export const vocalShare = (spans: readonly Span[], duration: Seconds): number =>
	duration > 0 ? Math.min(1, spans.reduce((sum, { start, end }) => sum + (end - start), 0) / duration) : 0;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
