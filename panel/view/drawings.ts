import type { CutView, Suggestion } from '../../engine/protocol/messages.js';
import type { Span } from '../../engine/time/time.js';
import { columnPeaks, onBeat, rulerTimes, xOf } from '../state/time-axis.js';
import { clock } from '../state/words.js';
import type { Paint } from './canvas.js';

const RULER = 16;
const SPEECH = 5;

/** The strip: ruler, how much happens in the picture, where it cuts, where somebody speaks. */
export const paintStrip =
	(cut: CutView, axis: Span): Paint =>
	(context, width, height, colours) => {
		const x = (time: number): number => xOf(time, axis, width);
		const floor = height - SPEECH - 3;

		context.font = '10px "Adobe Clean", "Source Sans Pro", system-ui, sans-serif';
		context.textBaseline = 'middle';
		for (const time of rulerTimes(axis, width, 56)) {
			context.fillStyle = colours.ruler;
			context.fillRect(Math.round(x(time)), 0, 1, RULER - 4);
			const label = clock(time);
			const left = Math.round(x(time)) + 4;
			context.fillStyle = colours.text;
			if (left + context.measureText(label).width < width) context.fillText(label, left, 6);
		}

		const columns = Math.max(1, Math.round(width / 2));
		context.fillStyle = colours.energy;
		context.beginPath();
		context.moveTo(0, floor);
		columnPeaks(cut.energy, 0, axis, columns).forEach((value, column) => {
			context.lineTo(((column + 0.5) * width) / columns, floor - (value ?? 0) * (floor - RULER - 4));
		});
		context.lineTo(width, floor);
		context.fill();

		context.fillStyle = colours.cut;
		for (const { seconds } of inside(cut, axis)) context.fillRect(Math.round(x(seconds)), RULER, 1, floor - RULER);

		context.fillStyle = colours.speech;
		for (const { start, end } of cut.speech) {
			const [from, to] = [Math.max(start, axis.start), Math.min(end, axis.end)];
			if (to > from) context.fillRect(x(from), height - SPEECH, x(to) - x(from), SPEECH - 1);
		}
	};

/** The whole cut in small: where it cuts, and where somebody speaks. */
export const paintOverview =
	(cut: CutView): Paint =>
	(context, width, height, colours) => {
		const whole = { start: 0, end: cut.duration };
		context.fillStyle = colours.cut;
		context.globalAlpha = 0.6;
		for (const { seconds } of cut.boundaries) {
			context.fillRect(Math.round(xOf(seconds, whole, width)), 3, 1, height - 6);
		}
		context.fillStyle = colours.speech;
		for (const { start, end } of cut.speech) {
			const left = xOf(start, whole, width);
			context.fillRect(left, height - 3, xOf(end, whole, width) - left, 2);
		}
	};

const BAR = 2;
const GAP = 1;
const BEAT = 4;

/** A crop's waveform in the cut's time, with the cuts through it; cuts that fall on one of its beats stand out. */
export const paintCrop =
	(cut: CutView, axis: Span, suggestion: Suggestion, isChosen: boolean): Paint =>
	(context, width, height, colours) => {
		const { waveform, range, crop, sections, plan } = suggestion;
		const heardEnd = range.start + Math.max(...plan.pieces.map(({ song, at }) => at + song.end - song.start));
		// Beats that were guessed at would mark coincidences that nobody hears.
		const beats = suggestion.reasons.some(({ code }) => code === 'no-steady-beat') ? [] : suggestion.beats;
		const x = (time: number): number => xOf(time, axis, width);
		const inCut = (songTime: number): number => songTime - crop.start + range.start;
		const room = height - BEAT - 2;
		const middle = room / 2;

		const columns = Math.max(1, Math.floor(width / (BAR + GAP)));
		// Loudest to full height: rows compare courses, and are played at one level anyway.
		const most = waveform.values.reduce((a, b) => Math.max(a, b), 0.05);
		context.fillStyle = isChosen ? colours.chosen : colours.wave;
		columnPeaks(waveform, range.start, axis, columns).forEach((value, column) => {
			const left = (column * width) / columns;
			if (value === null || left > x(heardEnd)) return;
			const half = Math.max(0.5, (value / most) * (middle - 1));
			context.fillRect(left, middle - half, BAR, 2 * half);
		});

		context.fillStyle = colours.beat;
		for (const beat of beats) context.fillRect(Math.round(x(inCut(beat))), height - BEAT, 1, BEAT);

		const cuts = inside(cut, axis).filter(({ seconds }) => seconds < heardEnd);
		const hits = onBeat(
			cuts.map(({ seconds }) => seconds - range.start + crop.start),
			beats,
		);
		cuts.forEach(({ seconds }, k) => {
			context.fillStyle = hits[k] ? colours['on-beat'] : colours.cut;
			context.fillRect(Math.round(x(seconds)), 0, 1, height);
			if (hits[k]) context.fillRect(Math.round(x(seconds)) - 1, height - BEAT - 2, 3, BEAT + 2);
		});

		context.fillStyle = colours.speech;
		for (const { at } of plan.joins) {
			const left = Math.round(x(range.start + at));
			context.fillRect(left - 1, 2, 2, 8);
			context.fillRect(left - 1, room - 10, 2, 8);
		}

		context.fillStyle = colours.section;
		for (const section of sections) {
			const left = Math.round(x(inCut(section)));
			context.beginPath();
			context.moveTo(left - 4, 0);
			context.lineTo(left + 4, 0);
			context.lineTo(left, 6);
			context.fill();
		}
	};

const inside = ({ boundaries }: CutView, { start, end }: Span): CutView['boundaries'] =>
	boundaries.filter(({ seconds }) => seconds > start && seconds < end);
