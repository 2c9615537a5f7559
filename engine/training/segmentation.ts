import { poolOverSpans } from '../embeddings/pool.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import { clipSegments, type PairClip } from './data-set.js';

/**
 * Where the segments of a clip, which both of its sides share in training, begin (paper, section IV-B): at what a segmenter
 * finds in one side, at the boundaries that both are known to have, or nowhere, which makes clips of segments (Baselines 1
 * and 2).
 */
export type Segmentation = 'clip' | 'shared' | `music:${string}` | `picture:${string}`;

/** @throws RangeError that names the clip where it has no such boundaries */
export const segmentsOf = (clip: PairClip, segmentation: Segmentation): Span[] => {
	if (segmentation === 'clip') return clipSegments([], clip.duration);
	const times = segmentation === 'shared' ? clip.shared : boundariesBy(clip, segmentation);
	if (!times) throw new RangeError(`clip ${clip.id} has no boundaries ${segmentation}`);
	return clipSegments(times, clip.duration);
};

const boundariesBy = (clip: PairClip, segmentation: `music:${string}` | `picture:${string}`) => {
	const at = segmentation.indexOf(':');
	return clip[segmentation.slice(0, at) as 'music' | 'picture'].boundaries[segmentation.slice(at + 1)];
};

/** A clip's segments as the network takes them: row k of both is the mean of the same stretch of time. */
export type PooledClip = { readonly id: string; readonly video: Matrix32; readonly music: Matrix32 };

export const pooledClip = (clip: PairClip, segmentation: Segmentation): PooledClip => {
	const spans = segmentsOf(clip, segmentation);
	return {
		id: clip.id,
		video: poolOverSpans(clip.picture.features, spans),
		music: poolOverSpans(clip.music.features, spans),
	};
};
