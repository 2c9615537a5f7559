import type { AlignmentView, Suggestion } from '../../../engine/protocol/messages.js';
import type { Span } from '../../../engine/time/time.js';
import { type Cell, inCutTime, likenessRange, strengthOf } from '../../state/pairing.js';
import { rulerTimes, xOf } from '../../state/time-axis.js';
import { clock } from '../../state/words.js';
import type { Paint } from '../canvas.js';

/** Match strength over the cut's time: under each stretch in which a segment and a section meet, how alike they are. */
export const paintMatch =
	(alignment: AlignmentView, suggestion: Suggestion, axis: Span): Paint =>
	(context, width, height, colours) => {
		const { plan, range } = suggestion;
		const scale = likenessRange(alignment);
		context.fillStyle = colours.match;
		for (const { segment, section } of alignment.played) {
			const [cut, music] = [alignment.segments[segment]!, alignment.sections[section]!];
			for (const heard of inCutTime(music, plan, range)) {
				const from = xOf(Math.max(cut.start, heard.start), axis, width);
				const to = xOf(Math.min(cut.end, heard.end), axis, width);
				if (to <= from) continue;
				const strength = strengthOf(alignment.likeness[segment]![section]!, scale);
				const top = (1 - strength) * (height - 3);
				context.globalAlpha = 0.25 + 0.6 * strength;
				context.fillRect(from, top, Math.max(1, to - from - 1), height - top);
			}
		}
	};

/** Room for the times along the song. */
export const MATRIX_RULER = 16;

/**
 * The similarity matrix: the song's time to the right, the cut's downwards; the stronger a cell, the more alike. The line is
 * the crop: what plays under what. Dots are the pairs of the distance's own alignment.
 */
export const paintMatrix =
	(alignment: AlignmentView, suggestion: Suggestion, chosen: Cell | null): Paint =>
	(context, width, height, colours) => {
		const { segments, sections, likeness, path } = alignment;
		const { range, plan, track } = suggestion;
		const whole = { start: 0, end: track.duration };
		const room = height - MATRIX_RULER;
		const x = (time: number): number => xOf(time, whole, width);
		const y = (time: number): number => MATRIX_RULER + xOf(time, range, room);
		const scale = likenessRange(alignment);

		context.font = '10px "Adobe Clean", "Source Sans Pro", system-ui, sans-serif';
		context.textBaseline = 'middle';
		context.fillStyle = colours.text;
		for (const time of rulerTimes(whole, width, 48)) {
			const label = clock(time);
			const left = Math.round(x(time)) + 3;
			context.fillRect(left - 3, 0, 1, MATRIX_RULER - 4);
			if (left + context.measureText(label).width < width) context.fillText(label, left, 6);
		}
		const cell = (segment: number, section: number): [number, number, number, number] => {
			const [row, column] = [segments[segment]!, sections[section]!];
			return [x(column.start), y(row.start), x(column.end) - x(column.start), y(row.end) - y(row.start)];
		};
		likeness.forEach((values, segment) => {
			values.forEach((value, section) => {
				const [left, top, w, h] = cell(segment, section);
				context.fillStyle = colours.match;
				context.globalAlpha = 0.04 + 0.9 * strengthOf(value, scale) ** 1.5;
				context.fillRect(left, top, Math.max(1, w - 0.5), Math.max(1, h - 0.5));
			});
		});
		context.globalAlpha = 1;

		context.fillStyle = colours.section;
		for (const { segment, section } of path ?? []) {
			const [left, top, w, h] = cell(segment, section);
			context.beginPath();
			context.arc(left + w / 2, top + h / 2, Math.max(1.5, Math.min(3, h / 2)), 0, 2 * Math.PI);
			context.fill();
		}
		context.strokeStyle = colours['on-beat'];
		context.lineWidth = 2;
		context.beginPath();
		for (const { song, at } of plan.pieces) {
			context.moveTo(x(song.start), y(range.start + at));
			context.lineTo(x(song.end), y(range.start + at + song.end - song.start));
		}
		context.stroke();
		if (chosen !== null) {
			const [left, top, w, h] = cell(chosen.segment, chosen.section);
			context.strokeStyle = colours.speech;
			context.strokeRect(left + 1, top + 1, Math.max(2, w - 2), Math.max(2, h - 2));
		}
	};
