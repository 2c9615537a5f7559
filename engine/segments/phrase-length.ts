import type { Phrase } from '../features/track-analysis.js';
import type { Matrix } from '../numeric/matrix.js';
import { logNormalCdf } from '../numeric/normal.js';
import { moments } from '../numeric/statistics.js';
import type { Span } from '../time/time.js';

const LENGTHS = [2, 4, 8, 16] as const;
/** A longer phrase is only heard as one if it is that often repeated. */
const LEAST_PHRASES = 3;

/**
 * After how many bars the music starts anew: bars are compared with the ones before, and that length and phase is taken at
 * which changes are largest, by the t value of the difference between the mean change there and elsewhere. Ours.
 *
 * @param distances - bars × bars
 * @returns with 1 minus the chance of so large a t for any length and phase in music without phrases as its confidence
 * (Bonferroni); null below one half
 */
export const phraseLength = (bars: readonly Span[], distances: Matrix): Phrase | null => {
	const changes = bars.slice(1).map((_, i) => distances.data[(i + 1) * distances.cols + i]!);
	const { deviation } = moments(changes);
	if (deviation === 0) return null;
	const lengths = LENGTHS.filter(length => changes.length >= LEAST_PHRASES * length);
	const trials = lengths.reduce((sum, length) => sum + length, 0);
	let best: Phrase | null = null;
	let most = 0;
	for (const length of lengths) {
		for (let phase = 0; phase < length; phase++) {
			// changes[i] lies before bar i + 1.
			const inside = changes.filter((_, i) => (i + 1) % length === phase);
			const outside = changes.filter((_, i) => (i + 1) % length !== phase);
			const spread = deviation * Math.sqrt(1 / inside.length + 1 / outside.length);
			const t = (moments(inside).mean - moments(outside).mean) / spread;
			if (t <= most) continue;
			most = t;
			const confidence = 1 - Math.min(1, trials * Math.exp(logNormalCdf(-t)));
			best = { bars: length, start: bars[phase]!.start, confidence };
		}
	}
	return best !== null && best.confidence >= 0.5 ? best : null;
};
