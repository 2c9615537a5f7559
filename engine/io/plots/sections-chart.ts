import { STEADY_BEAT } from '../../crops/steady-beat.js';
import { keyName } from '../../features/key-name.js';
import type { Loop, Section, TrackAnalysis, TrackLabels } from '../../features/track-analysis.js';
import type { BeatFeatures, Segmenter } from '../../segments/segmenter.js';
import { clockTime } from '../cli/words.js';
import { beatTicks } from './beat-ticks.js';
import { similarityPanel } from './similarity-panel.js';
import { type Band, bands, flags, panel, steps, uprights, waveform } from './track-panels.js';
import type { Chart } from './write-plot.js';

/** Colours of section letters: light enough for dark words, told apart with any eyes as far as eight can be. */
const LETTER_COLOURS = ['#8fb8de', '#f4b183', '#a8d08d', '#f2cf63', '#c9a6d8', '#e79aa4', '#8fd0c4', '#bfb8a5'];
const ENERGY_COLOURS = { low: '#e8ecf2', mid: '#c3cedd', high: '#8fa3c0' } as const;
const VOCALS = '#b9a5e0';
const LOOPS = '#9ccfc0';

export type SectionsChartOptions = {
	readonly title: string;
	readonly analysis: Pick<TrackAnalysis, 'duration' | 'curves' | 'beats' | 'key'>;
	readonly sections: readonly Section[];
	readonly labels: TrackLabels;
	/** What the sections were found in, and by what. */
	readonly features: BeatFeatures;
	readonly segmenter: Segmenter;
};

/**
 * How a track divides: sections and what else people ask of it beside its waveform, then the novelty curve and the matrix
 * that it was read from, all over one time axis, as the figures of the paper and of Foote 2000. Paler is less sure.
 */
export const sectionsChart = ({
	title,
	analysis,
	sections,
	labels,
	features,
	segmenter,
}: SectionsChartOptions): Chart => {
	const { duration, curves, beats } = analysis;
	const span = { start: 0, end: duration };
	const rooted = segmenter.name === 'olda';
	const boundaries = sections.slice(1).map(({ start }) => start);
	const row = (name: string, height: number, layers: Parameters<typeof panel>[1]) =>
		panel({ name, height, span, axis: false }, layers);
	const vocals = labels.vocals.map(({ start, end, confidence }) => ({
		start,
		end,
		colour: VOCALS,
		label: '',
		opacity: opacityOf(confidence),
	}));
	return {
		title: { text: title, subtitle: subtitle(analysis, sections, labels, segmenter) },
		spacing: 10,
		vconcat: [
			row('sections', 26, bands(sections.map(letterBand), span, '')),
			row('energy', 18, bands(sections.map(energyBand), span, '')),
			row('waveform', 110, [waveform(curves.peak, span), uprights(boundaries), ...flags(moments(labels), span)]),
			row('beats, bars', 20, beatTicks(beats, span)),
			row('vocals', 14, bands(vocals, span, 'none heard')),
			row('best loop', 18, bands(labels.loops.slice(0, 1).map(loopBand), span, 'none found')),
			// The cost of joining across a boundary spans orders of magnitude.
			panel({ name: rooted ? 'novelty,\nroot scale' : 'novelty', height: 110, span, axis: true }, [
				steps(features.edges, segmenter.segment(features).novelty, rooted ? 'sqrt' : 'linear'),
				uprights(boundaries),
			]),
			similarityPanel(segmenter, features, boundaries, true),
		],
	};
};

const subtitle = (
	{ duration, key, beats }: SectionsChartOptions['analysis'],
	sections: readonly Section[],
	{ phrase }: TrackLabels,
	segmenter: Segmenter,
): string =>
	[
		clockTime(duration),
		`${sections.length} sections by ${ALGORITHMS[segmenter.name]}, boundaries in red`,
		...(beats.confidence < STEADY_BEAT ? [] : [`${beats.tempo.toFixed(1)} BPM`]),
		...(key === null ? [] : [`${keyName(key)} (${key.confidence.toFixed(2)})`]),
		...(phrase === null ? [] : [`phrases of ${phrase.bars} bars (${phrase.confidence.toFixed(2)})`]),
	].join(' · ');

const ALGORITHMS = { foote: 'Foote', sf: 'structural features', olda: 'OLDA' } as const;

const moments = ({ drop, ending }: TrackLabels) => [
	...(drop === null
		? []
		: [{ at: drop.at, text: `drop, +${drop.rise.toFixed(0)} dB (${drop.confidence.toFixed(2)})` }]),
	...(ending === null ? [] : [{ at: ending.at, text: `${ending.kind} (${ending.confidence.toFixed(2)})` }]),
];

const opacityOf = (confidence: number): number => 0.35 + 0.65 * confidence;

const letterBand = ({ start, end, label, labelConfidence }: Section): Band => {
	const index = label.split('').reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
	const colour = LETTER_COLOURS[(index - 1) % LETTER_COLOURS.length]!;
	return { start, end, colour, label, opacity: opacityOf(labelConfidence) };
};

const energyBand = ({ start, end, energy, energyConfidence }: Section): Band => ({
	start,
	end,
	colour: ENERGY_COLOURS[energy],
	label: energy,
	opacity: opacityOf(energyConfidence),
});

const loopBand = ({ start, end, bars, confidence }: Loop): Band => ({
	start,
	end,
	colour: LOOPS,
	label: `${bars} bars`,
	opacity: opacityOf(confidence),
});
