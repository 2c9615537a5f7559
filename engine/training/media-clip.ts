import { MUSIC_FEATURES, PICTURE_FEATURES } from '../embeddings/segment-features.js';
import type { CutAnalysis } from '../features/cut-analysis.js';
import { cutExcerpt, trackExcerpt } from '../features/excerpts.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { type Matrix32, rowRange } from '../numeric/matrix.js';
import type { Seconds, Span } from '../time/time.js';
import type { FeatureSpec, PairClip } from './data-set.js';

/** A stretch of an analysed picture and the music under it. */
export type AnalysedPair = {
	readonly id: string;
	readonly group: string;
	readonly cut: CutAnalysis;
	/** Null for all of it. */
	readonly pictureRange: Span | null;
	readonly track: TrackAnalysis;
	/** Null for all of it. */
	readonly musicRange: Span | null;
	/** In place of what is made from the track's analysis: a row for the whole clip, as Baseline 1 takes it. */
	readonly musicVector: Float32Array | null;
};

/** A clip with less in common says nothing. Ours. */
export const SHORTEST_CLIP: Seconds = 4;

type Ranges = Pick<AnalysedPair, 'cut' | 'pictureRange' | 'track' | 'musicRange'>;

/** What a pair's two sides have in common, as long as the shorter one; null where that is less than {@link SHORTEST_CLIP}. */
export const commonRanges = ({ cut, pictureRange, track, musicRange }: Ranges): { seen: Span; heard: Span } | null => {
	const seen = within(pictureRange ?? { start: 0, end: cut.duration }, cut.duration);
	const heard = within(musicRange ?? { start: 0, end: track.duration }, track.duration);
	const duration = Math.min(seen.end - seen.start, heard.end - heard.start);
	if (!(duration >= SHORTEST_CLIP)) return null;
	return {
		seen: { start: seen.start, end: seen.start + duration },
		heard: { start: heard.start, end: heard.start + duration },
	};
};

/**
 * The clip of a pair; null where it is too short.
 *
 * @param inputs - features of {@link PICTURE_FEATURES} and {@link MUSIC_FEATURES}
 */
export const clipOf = (pair: AnalysedPair, inputs: FeatureSpec): PairClip | null => {
	const ranges = commonRanges(pair);
	if (ranges === null) return null;
	const { seen, heard } = ranges;
	const duration = seen.end - seen.start;
	const cut = cutExcerpt(pair.cut, seen);
	const track = trackExcerpt(pair.track, heard);
	const picture = rows(PICTURE_FEATURES[inputs.picture.id]!.of(cut), duration);
	const music =
		pair.musicVector === null
			? rows(MUSIC_FEATURES[inputs.music.id]!.of(track), duration)
			: { rows: 1, cols: pair.musicVector.length, data: pair.musicVector };
	if (picture.rows === 0 || music.rows === 0) return null;
	const fromTimeline = cut.boundaries.filter(({ from }) => from === 'timeline').map(({ seconds }) => seconds);
	return {
		id: pair.id,
		group: pair.group,
		duration,
		picture: {
			features: picture,
			boundaries: {
				transnet: cut.boundaries.map(({ seconds }) => seconds),
				...(fromTimeline.length > 0 && { timeline: fromTimeline }),
			},
		},
		music: {
			features: music,
			boundaries: { default: track.sections.slice(1).map(({ start }) => start), ...track.boundariesBy },
		},
		shared: null,
		speech: cut.speech,
	};
};

const within = ({ start, end }: Span, duration: Seconds): Span => ({
	start: Math.max(0, start),
	end: Math.min(end, duration),
});

const rows = (features: Matrix32, duration: Seconds): Matrix32 =>
	rowRange(features, 0, Math.min(features.rows, Math.ceil(duration)));
