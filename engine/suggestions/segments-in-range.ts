import type { CutAnalysis } from '../features/cut-analysis.js';
import type { Span } from '../time/time.js';

/** The cut's segments, clipped to the range. */
export const segmentsInRange = (cut: CutAnalysis, range: Span): Span[] =>
	cut.segments
		.map(({ start, end }) => ({ start: Math.max(start, range.start), end: Math.min(end, range.end) }))
		.filter(({ start, end }) => end > start);
