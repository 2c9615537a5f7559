import { MUSIC_TAGS } from '../features/music-tag-names.js';
import { CURVE_RATE, type TrackAnalysis } from '../features/track-analysis.js';
import { type Moments, moments } from '../numeric/statistics.js';
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
	const { level, onsetStrength, centroid } = track.curves;
	const levels = over(level, CURVE_RATE, section);
	return {
		level: levels.mean,
		levelChange: levels.deviation,
		onsets: over(onsetStrength, CURVE_RATE, section).mean,
		tempo: Math.log2(track.beats.confidence > 0 && track.beats.tempo > 0 ? track.beats.tempo : 120),
		brightness: Math.log2(Math.max(50, over(centroid, CURVE_RATE, section).mean)),
		mode: track.key ? (track.key.mode === 'major' ? 1 : -1) * track.key.confidence : 0,
		energeticTags: tagBalance(track, section, ENERGETIC),
		positiveTags: tagBalance(track, section, POSITIVE),
		harshTags: tagBalance(track, section, HARSH),
	};
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

const tagBalance = ({ tags }: TrackAnalysis, { start, end }: Span, balance: TagBalance): number => {
	if (tags.rows === 0) return 0;
	const first = Math.min(tags.rows - 1, Math.floor(start));
	const last = Math.min(tags.rows, Math.max(first + 1, Math.ceil(end)));
	const mean = (names: readonly number[]) => {
		let sum = 0;
		for (let second = first; second < last; second++) {
			for (const column of names) sum += tags.data[second * tags.cols + column]!;
		}
		return sum / (names.length * (last - first));
	};
	return mean(balance.for) - mean(balance.against);
};

const over = (curve: Float32Array, rate: number, { start, end }: Span): Moments => {
	const first = Math.max(0, Math.min(curve.length - 1, Math.floor(start * rate)));
	return moments(curve.subarray(first, Math.max(first + 1, Math.ceil(end * rate))));
};
