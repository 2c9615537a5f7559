import { STEADY_BEAT } from '../../crops/steady-beat.js';
import { type BeatGrid, CURVE_RATE, type TrackAnalysis } from '../../features/track-analysis.js';
import { medianFilter } from '../../numeric/filters.js';
import type { Seconds, Span } from '../../time/time.js';
import { clockTime } from '../cli/words.js';
import { beatTicks } from './beat-ticks.js';
import { ACCENT, MAIN, PALE_INK } from './plot-style.js';
import { curve, highlight, type Panel, panel, remark, uprights, waveform } from './track-panels.js';
import type { Chart } from './write-plot.js';

/** Of the part in which single beats can be seen. */
const DETAIL: Seconds = 12;

/** The beats of a track: waveform, onset strength, tempo from beat to beat, and a stretch in which single beats show. */
export const beatsChart = (
	title: string,
	{ duration, curves, beats: grid }: Pick<TrackAnalysis, 'duration' | 'curves' | 'beats'>,
): Chart => {
	const span = { start: 0, end: duration };
	const detail = liveliest(curves.onsetStrength, duration);
	const inDetail = (times: readonly Seconds[]) => times.filter(time => time >= detail.start && time <= detail.end);
	const starts = new Set(grid.downbeats);
	const marks = [
		uprights(inDetail(grid.beats.filter(beat => !starts.has(beat))), { color: PALE_INK }),
		uprights(inDetail(grid.downbeats), { color: ACCENT, strokeWidth: 1.6 }),
	];
	return {
		title: { text: title, subtitle: subtitle(grid, duration) },
		spacing: 14,
		vconcat: [
			panel({ name: 'waveform', height: 100, span, axis: false }, [waveform(curves.peak, span), highlight(detail)]),
			panel({ name: 'beats, bars', height: 20, span, axis: false }, beatTicks(grid, span)),
			tempoPanel(grid, span),
			panel({ name: 'onset\nstrength', height: 100, span, axis: true }, [
				curve(curves.onsetStrength, span),
				highlight(detail),
			]),
			panel({ name: 'the shaded\npart', height: 90, span: detail, axis: false }, [
				waveform(curves.peak, detail),
				...marks,
			]),
			panel({ name: 'onset\nstrength', height: 100, span: detail, axis: true }, [
				curve(curves.onsetStrength, detail),
				...marks,
			]),
		],
	};
};

const subtitle = ({ tempo, confidence, downbeats, downbeatConfidence }: BeatGrid, duration: Seconds): string =>
	[
		clockTime(duration),
		confidence < STEADY_BEAT ? 'no steady beat' : `${tempo.toFixed(1)} BPM`,
		`confidence ${confidence.toFixed(2)}`,
		downbeats.length > 0 ? `bars in red, confidence ${downbeatConfidence.toFixed(2)}` : 'no bars found',
	].join(' · ');

/** The stretch with the most onset strength among those that begin at whole seconds; all of a short track. */
const liveliest = (strength: Float32Array, duration: Seconds): Span => {
	if (duration <= DETAIL) return { start: 0, end: duration };
	let best = 0;
	let most = -1;
	for (let start = 0; start + DETAIL <= duration; start++) {
		const part = strength.subarray(Math.round(start * CURVE_RATE), Math.round((start + DETAIL) * CURVE_RATE));
		const sum = part.reduce((total, value) => total + value, 0);
		if (sum > most) {
			most = sum;
			best = start;
		}
	}
	return { start: best, end: best + DETAIL };
};

/** Beats a minute from each beat to the next, as a running median of five: single beats are early or late by a hop. */
const tempoPanel = ({ beats }: BeatGrid, span: Span): Panel => {
	const options = { name: 'beats a\nminute', height: 90, span, axis: false };
	if (beats.length < 6) return panel(options, [remark('too few beats', span)]);
	const intervals = Float64Array.from(beats.slice(1), (beat, i) => beat - beats[i]!);
	const points = [...medianFilter(intervals, 5)].map((interval, i) => ({
		at: (beats[i]! + beats[i + 1]!) / 2,
		tempo: 60 / interval,
	}));
	return panel(options, [
		{
			data: { values: points },
			mark: { type: 'line', color: MAIN, strokeWidth: 1.4 },
			encoding: {
				x: { field: 'at', type: 'quantitative' },
				y: {
					field: 'tempo',
					type: 'quantitative',
					scale: { zero: false },
					axis: { orient: 'right', title: null, tickCount: 4, domain: false },
				},
			},
		},
	]);
};
