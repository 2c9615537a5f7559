import { STEADY_BEAT } from '../../crops/steady-beat.js';
import type { BeatGrid } from '../../features/track-analysis.js';
import type { Span } from '../../time/time.js';
import { INK, PALE_INK } from './plot-style.js';
import { type Layer, PANEL_WIDTH, remark, uprights } from './track-panels.js';

/** Beats as short strokes, those that start a bar as long ones; strokes that would run together are left out. */
export const beatTicks = ({ beats, downbeats, confidence }: BeatGrid, span: Span): Layer[] => {
	if (confidence < STEADY_BEAT) return [remark('no steady beat', span)];
	const sparse = (times: readonly number[]) => (times.length < PANEL_WIDTH / 2.5 ? times : []);
	return [
		uprights(sparse(beats), { color: PALE_INK, strokeWidth: 0.8, reach: 0.5 }),
		uprights(sparse(downbeats), { color: INK, strokeWidth: 0.9, reach: 1 }),
	];
};
