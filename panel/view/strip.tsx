import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef } from 'react';
import type { CutView } from '../../engine/protocol/messages.js';
import { type Seconds, type Span, toSeconds } from '../../engine/time/time.js';
import { timeAt } from '../state/time-axis.js';
import { counted, timecode } from '../state/words.js';
import { Canvas } from './canvas.js';
import { paintStrip } from './drawings.js';
import { usePage, usePosition } from './page-context.js';

/** The strip of cuts: the time axis that everything below is drawn under, and where one goes to a place in the cut. */
export const Strip = ({ cut, range }: { cut: CutView; range: Span }) => {
	const { player } = usePage();
	const reference = useRef<HTMLDivElement>(null);
	const paint = useMemo(() => paintStrip(cut, range), [cut, range]);
	usePosition(position => {
		const strip = reference.current;
		if (strip === null) return;
		const held = Math.max(range.start, Math.min(range.end, position));
		strip.ariaValueNow = held.toFixed(1);
		strip.ariaValueText = timecode(held, cut.rate);
	});
	const seek = (to: Seconds): void => player.seek(Math.max(range.start, Math.min(range.end, to)));
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = event.shiftKey ? 1 : toSeconds(1, cut.rate);
		const to = {
			ArrowLeft: player.position - step,
			ArrowRight: player.position + step,
			Home: range.start,
			End: range.end,
		}[event.key];
		if (to === undefined) return;
		event.preventDefault();
		seek(to);
	};
	const inRange = cut.boundaries.filter(({ seconds }) => seconds > range.start && seconds < range.end).length;
	const speech = cut.speech.length === 0 ? '' : `, speech in ${counted(cut.speech.length, 'place')}`;
	return (
		<div
			ref={reference}
			className="axis strip"
			role="slider"
			tabIndex={0}
			aria-label={`Strip of the cut: ${counted(inRange, 'cut')}${speech}. Position`}
			aria-valuemin={range.start}
			aria-valuemax={range.end}
			aria-valuenow={range.start}
			onKeyDown={onKeyDown}
			{...scrubbing(range, seek)}
		>
			<Canvas paint={paint} />
			<Playhead />
		</div>
	);
};

/** The line where the cut is; the page moves all of them together. */
export const Playhead = (): ReactNode => <div className="playhead" />;

/** Handlers that turn a press or a drag along an element into times of its axis. */
export const scrubbing = (axis: Span, onTime: (time: Seconds) => void) => {
	const go = (event: PointerEvent<HTMLElement>): void => {
		const box = event.currentTarget.getBoundingClientRect();
		onTime(timeAt(event.clientX - box.left, axis, box.width));
	};
	return {
		onPointerDown: (event: PointerEvent<HTMLElement>) => {
			if (event.button !== 0) return;
			event.currentTarget.setPointerCapture(event.pointerId);
			go(event);
		},
		onPointerMove: (event: PointerEvent<HTMLElement>) => {
			if (event.currentTarget.hasPointerCapture(event.pointerId)) go(event);
		},
	};
};
