import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import type { CutView } from '../../engine/protocol/messages.js';
import { nearestUnit, type Seconds, type Span, toSeconds } from '../../engine/time/time.js';
import { timeAt, xOf } from '../state/time-axis.js';
import { timecode } from '../state/words.js';
import { Canvas } from './canvas.js';
import { paintOverview } from './drawings.js';
import { usePage } from './page-context.js';

/** Frames that a range holds at least. */
const SHORTEST = 12;

/** The whole cut in small, with the range that music is wanted for between two handles. */
export const RangeBar = ({ cut, range }: { cut: CutView; range: Span }) => {
	const { commands } = usePage();
	const bar = useRef<HTMLDivElement>(null);
	const paint = useMemo(() => paintOverview(cut), [cut]);
	const percent = (time: Seconds): string => `${xOf(time, { start: 0, end: cut.duration }, 100)}%`;
	const shortest = Math.min(cut.duration, toSeconds(SHORTEST, cut.rate));

	const move = (end: 'start' | 'end', time: Seconds): void => {
		const onFrame = toSeconds(nearestUnit(time, cut.rate), cut.rate);
		commands.cuts.setRange(
			end === 'start'
				? { ...range, start: Math.max(0, Math.min(range.end - shortest, onFrame)) }
				: { ...range, end: Math.min(cut.duration, Math.max(range.start + shortest, onFrame)) },
		);
	};
	const handle = (end: 'start' | 'end') => ({
		role: 'slider',
		tabIndex: 0,
		'aria-label': end === 'start' ? 'In point' : 'Out point',
		'aria-valuemin': 0,
		'aria-valuemax': cut.duration,
		'aria-valuenow': range[end],
		'aria-valuetext': timecode(range[end], cut.rate),
		className: `handle handle-${end}`,
		style: { left: percent(range[end]) },
		onKeyDown: (event: KeyboardEvent) => {
			const step = event.shiftKey ? 1 : toSeconds(1, cut.rate);
			const to = {
				ArrowLeft: range[end] - step,
				ArrowRight: range[end] + step,
				Home: 0,
				End: cut.duration,
			}[event.key];
			if (to === undefined) return;
			event.preventDefault();
			move(end, to);
		},
		onPointerDown: (event: PointerEvent<HTMLElement>) => event.currentTarget.setPointerCapture(event.pointerId),
		onPointerMove: (event: PointerEvent<HTMLElement>) => {
			const box = bar.current?.getBoundingClientRect();
			if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
			move(end, timeAt(event.clientX - box.left, { start: 0, end: cut.duration }, box.width));
		},
	});
	return (
		<div ref={bar} className="range-bar">
			<Canvas paint={paint} />
			<div className="outside" style={{ left: 0, width: percent(range.start) }} />
			<div className="outside" style={{ left: percent(range.end), right: 0 }} />
			<div {...handle('start')} />
			<div {...handle('end')} />
		</div>
	);
};
