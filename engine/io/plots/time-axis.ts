import type { Seconds, Span } from '../../time/time.js';

/** Steps that read well on a clock. */
const STEPS: readonly Seconds[] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Labels an axis has room for. */
const MOST = 12;

/** Moments for an axis: whole multiples of one step, at most thirteen. */
export const timeTicks = ({ start, end }: Span): Seconds[] => {
	const length = end - start;
	const step = STEPS.find(candidate => length / candidate <= MOST) ?? 3600 * Math.ceil(length / 3600 / MOST);
	const first = Math.ceil(start / step);
	// Rounding may leave the end a hair below its own tick.
	const count = Math.max(0, Math.floor(end / step + 1e-9) - first + 1);
	return Array.from({ length: count }, (_, k) => (first + k) * step);
};

/** The axis of a channel that holds seconds, labelled as a clock: 83 → 1:23. */
export const clockAxis = (span: Span) => {
	const values = timeTicks(span);
	const digits = values.some(time => time % 1 !== 0) ? '04.1f' : '02d';
	return {
		values,
		labelExpr: `floor(datum.value / 60) + ':' + format(datum.value % 60, '${digits}')`,
		grid: false,
		title: null,
	};
};

/** A scale on which one moment is one column throughout a chart. */
export const timeScale = ({ start, end }: Span) => ({ domain: [start, end], nice: false, zero: false });
