import type { Matrix32 } from '../numeric/matrix.js';
import { moments, standardised } from '../numeric/statistics.js';

/**
 * What a track sounds like on the whole: the tagger's features (musicnn's last layer before the tags, Pons and Serra 2019),
 * averaged over the seconds that sound.
 *
 * @param features - one row a second
 * @param tags - of the same seconds; a row of zeros marks silence
 */
export const meanFeatures = (features: Matrix32, tags: Matrix32): Float64Array => {
	const mean = new Float64Array(features.cols);
	let sounding = 0;
	for (let second = 0; second < features.rows; second++) {
		if (!tags.data.subarray(second * tags.cols, (second + 1) * tags.cols).some(tag => tag > 0)) continue;
		sounding++;
		for (let c = 0; c < features.cols; c++) mean[c]! += features.data[second * features.cols + c]!;
	}
	return sounding === 0 ? mean : mean.map(sum => sum / sounding);
};

/**
 * Likeness of every candidate to one of them: the cosine between their mean features, each dimension standardised over the
 * candidates, so that what all of them share doesn't count.
 *
 * @returns in [-1, 1], in the order of `candidates`
 */
export const likenessTo = (query: Float64Array, candidates: readonly Float64Array[]): number[] => {
	const scales = Array.from(query, (_, c) => moments(Float64Array.from(candidates, candidate => candidate[c]!)));
	const unit = (features: Float64Array): Float64Array => {
		const scaled = features.map((value, c) => standardised(value, scales[c]!));
		const length = Math.hypot(...scaled);
		return length === 0 ? scaled : scaled.map(value => value / length);
	};
	const wanted = unit(query);
	return candidates.map(candidate => unit(candidate).reduce((sum, value, c) => sum + value * wanted[c]!, 0));
};
