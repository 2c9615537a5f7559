import { MUSIC_TAGS } from '../features/music-tag-names.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import { runningSums } from '../numeric/running-sums.js';
import { moments } from '../numeric/statistics.js';
import type { Span } from '../time/time.js';

export const MUSIC_DESCRIPTORS = [
	'level',
	'levelChange',
	'onsets',
	'tempo',
	'brightness',
	'mode',
	'energeticTags',
	'positiveTags',
	'harshTags',
] as const;
export type MusicDescriptor = (typeof MUSIC_DESCRIPTORS)[number];

/**
 * What a section of a track sounds like.
 *
 * level: mean in dBFS; levelChange: its deviation over the section; onsets: mean onset strength; tempo: log2 of the beats
 * per minute, 120 where there is no steady beat; brightness: log2 of the spectral centroid in Hz; mode: the key's
 * confidence, negative in minor; tags: mean probability of the tags that speak for it less that of those against.
 */
export const musicDescriptors = (track: TrackAnalysis, section: Span): Record<MusicDescriptor, number> => {
	const sums = sumsOf(track);
	const { first, last } = stretch(section, CURVE_RATE, track.curves.level.length);
	const mean = (of: Float64Array) => (last > first ? (of[last]! - of[first]!) / (last - first) : 0);
	// Levels were taken from the track's mean, or rounding would drown small deviations.
	const above = mean(sums.level);
	return {
		level: sums.meanLevel + above,
		levelChange: Math.sqrt(Math.max(0, mean(sums.squaredLevel) - above ** 2)),
		onsets: mean(sums.onsets),
		tempo: Math.log2(track.beats.confidence > 0 && track.beats.tempo > 0 ? track.beats.tempo : 120),
		brightness: Math.log2(Math.max(50, mean(sums.centroid))),
		mode: track.key ? (track.key.mode === 'major' ? 1 : -1) * track.key.confidence : 0,
		energeticTags: tagBalance(track, section, sums.energetic),
		positiveTags: tagBalance(track, section, sums.positive),
		harshTags: tagBalance(track, section, sums.harsh),
	};
};

const tagBalance = ({ tags }: TrackAnalysis, { start, end }: Span, sums: Float64Array): number => {
	if (tags.rows === 0) return 0;
	const first = Math.min(tags.rows - 1, Math.floor(start));
	const last = Math.min(tags.rows, Math.max(first + 1, Math.ceil(end)));
	return (sums[last]! - sums[first]!) / (last - first);
};

/** Half-open; empty only where there are no values. */
const stretch = ({ start, end }: Span, rate: number, values: number) => {
	const first = Math.max(0, Math.min(values - 1, Math.floor(start * rate)));
	return { first, last: Math.min(values, Math.max(first + 1, Math.ceil(end * rate))) };
};

type Sums = {
	readonly meanLevel: number;
	readonly level: Float64Array;
	readonly squaredLevel: Float64Array;
	readonly onsets: Float64Array;
	readonly centroid: Float64Array;
	/** One value a second, where the others have one a hop. */
	readonly energetic: Float64Array;
	readonly positive: Float64Array;
	readonly harsh: Float64Array;
};

const summed = new WeakMap<TrackAnalysis, Sums>();

/** Running sums, made once for a track: a search asks for thousands of its stretches. */
const sumsOf = (track: TrackAnalysis): Sums => {
	const known = summed.get(track);
	if (known) return known;
	const { level, onsetStrength, centroid } = track.curves;
	const { mean } = moments(level);
	const made: Sums = {
		meanLevel: mean,
		level: runningSums(level, value => value - mean),
		squaredLevel: runningSums(level, value => (value - mean) ** 2),
		onsets: runningSums(onsetStrength),
		centroid: runningSums(centroid),
		energetic: runningSums(balances(track, ENERGETIC)),
		positive: runningSums(balances(track, POSITIVE)),
		harsh: runningSums(balances(track, HARSH)),
	};
	summed.set(track, made);
	return made;
};

/** Tags by what they say of a mood; the choice is ours. */
type TagBalance = { readonly for: readonly number[]; readonly against: readonly number[] };

const columns = (...names: readonly string[]): number[] =>
	MUSIC_TAGS.flatMap((tag, column) => (names.includes(tag) ? [column] : []));

const ENERGETIC: TagBalance = {
	for: columns('fast', 'loud', 'techno', 'dance', 'drums', 'beat', 'metal', 'heavy metal', 'party', 'punk'),
	against: columns('slow', 'quiet', 'soft', 'ambient', 'Mellow', 'chillout', 'chill', 'easy listening'),
};
const POSITIVE: TagBalance = {
	for: columns('happy', 'party', 'catchy', 'funk', 'dance', 'pop', 'beautiful'),
	against: columns('sad', 'metal', 'heavy metal', 'weird', 'slow'),
};
const HARSH: TagBalance = {
	for: columns('metal', 'heavy metal', 'hard rock', 'loud', 'weird', 'experimental', 'punk'),
	against: columns('soft', 'Mellow', 'easy listening', 'beautiful', 'harp', 'quiet'),
};

/** Mean of the tags that speak for it less that of those against, second by second. */
const balances = ({ tags }: TrackAnalysis, balance: TagBalance): Float64Array => {
	const mean = (names: readonly number[], second: number) => {
		let sum = 0;
		for (const column of names) sum += tags.data[second * tags.cols + column]!;
		return sum / names.length;
	};
	return Float64Array.from(
		{ length: tags.rows },
		(_, second) => mean(balance.for, second) - mean(balance.against, second),
	);
};
