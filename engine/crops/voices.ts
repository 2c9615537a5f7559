import type { Span } from '../time/time.js';
import { type Piece, songSpansIn } from './plan.js';

/** Where no vocal spans are known, a track's share of singing stands for every second of it. */
export type Singing = { readonly spans: readonly Span[] | null; readonly share: number };

/** Deviation of the share of speech that is sung over, over tracks half of which sing half of the time. */
const SPREAD = 0.5;

/**
 * How much of the speech in a range is sung over.
 *
 * @param speech - in seconds after the range's start
 * @returns 0 where none is, or nobody speaks; -2 where all of it is
 */
export const voicesApart = (speech: readonly Span[], pieces: readonly Piece[], singing: Singing): number => {
	let spoken = 0;
	let sungOver = 0;
	for (const span of speech) {
		spoken += span.end - span.start;
		for (const music of songSpansIn(pieces, span)) {
			sungOver +=
				singing.spans === null
					? singing.share * (music.end - music.start)
					: singing.spans.reduce((sum, sung) => sum + overlap(sung, music), 0);
		}
	}
	return spoken > 0 ? 0 - sungOver / spoken / SPREAD : 0;
};

const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
