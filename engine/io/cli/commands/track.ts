import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { STEADY_BEAT } from '../../../crops/steady-beat.js';
import { viewOfDescription } from '../../../jobs/views.js';
import type { TrackDescription } from '../../../protocol/messages.js';
import { describeSections } from '../../../segments/describe-track.js';
import { type SegmenterName, segmenterNames } from '../../../segments/segmenter.js';
import { ffmpegMedia } from '../../media/media.js';
import { beatsChart } from '../../plots/beats-chart.js';
import { sectionsChart } from '../../plots/sections-chart.js';
import { requirePlotName, writePlot } from '../../plots/write-plot.js';
import { segmenterNamed } from '../../segmenters.js';
import { readTrackSignal } from '../../track-signal.js';
import { reading } from '../access.js';
import { type Context, contextOf, type World } from '../command-context.js';
import { clockTime, counted, table } from '../words.js';
import { addFeaturesCommand } from './features.js';

const TRACK = ['<track>', 'any sound file ffmpeg reads'] as const;
const PLOT = ['--plot <file>', 'draw it into a .png or .svg file'] as const;

/** What is heard in one file. */
export const addTrackCommands = (program: Command, world: World): void => {
	program
		.command('sections')
		.argument(...TRACK)
		.description('Find the sections of a piece of music, and what people ask of it besides.')
		.addOption(
			new Option('--algorithm <name>', 'as published, not as used by default: OLDA, short sections left out').choices(
				segmenterNames,
			),
		)
		.option(...PLOT)
		.addHelpText(
			'after',
			`
Sections with one letter sound alike; the energy is against the rest of the same track. Every confidence is in [0, 1].
The plot shows waveform, labels, novelty curve and the self-similarity (for sf: time-lag) matrix, boundaries in red.

Examples:
  segue sections song.mp3
  segue sections song.mp3 --algorithm foote --plot song.png

With --json: {"duration", "algorithm": default, foote, sf or olda, "boundaries": [seconds, inner ones only],
"sections": [{"start", "end", "label", "labelConfidence", "energy": low, mid or high, "energyConfidence"}],
"key": {"name", "tonic", "mode", "confidence"}, "drop": {"at", "rise": dB, "confidence"},
"phrase": {"bars", "start", "confidence"}, "ending": {"kind": ring-out, button, fade or cut, "at", "confidence"},
"loops": [{"start", "end", "bars", "confidence"}], "vocals": [{"start", "end", "confidence"}]}; what isn't there is null.`,
		)
		.action(
			async (track: string, { algorithm, plot }: { algorithm?: SegmenterName; plot?: string }, command: Command) => {
				if (plot !== undefined) requirePlotName(plot);
				const context = contextOf(world, command);
				const analysis = await analyseTrack(context, track);
				let { sections } = analysis;
				if (algorithm !== undefined || plot !== undefined) {
					const signal = await readTrackSignal(ffmpegMedia(), resolve(track), context.signal);
					const segmenter = segmenterNamed(algorithm ?? 'default');
					if (algorithm !== undefined) sections = describeSections(segmenter, signal);
					if (plot !== undefined) {
						const { labels } = analysis;
						const features = signal.beatFeatures;
						const options = { title: basename(track), analysis, sections, labels, features, segmenter };
						await writePlot(sectionsChart(options), plot);
					}
				}
				const description = viewOfDescription({ ...analysis, sections });
				const { duration, ...rest } = description;
				context.terminal.answer(
					{
						duration,
						algorithm: algorithm ?? 'default',
						boundaries: sections.slice(1).map(({ start }) => start),
						...rest,
					},
					inWords(description),
				);
			},
		);

	program
		.command('beats')
		.argument(...TRACK)
		.description('Find the tempo and the beats of a piece of music.')
		.option(...PLOT)
		.addHelpText(
			'after',
			`
The confidence says how far the sound supports these beats over chance, in [0, 1]; below 0.3 there is no steady beat.

Examples:
  segue beats song.mp3
  segue beats song.mp3 --plot beats.png

With --json: {"tempo", "confidence", "beats": [seconds], "downbeats": [seconds], "downbeatConfidence"}`,
		)
		.action(async (track: string, { plot }: { plot?: string }, command: Command) => {
			if (plot !== undefined) requirePlotName(plot);
			const context = contextOf(world, command);
			const analysis = await analyseTrack(context, track);
			if (plot !== undefined) await writePlot(beatsChart(basename(track), analysis), plot);
			const { tempo, confidence, beats, downbeats, downbeatConfidence } = analysis.beats;
			const verdict = confidence < STEADY_BEAT ? 'no steady beat' : `${tempo.toFixed(1)} BPM`;
			context.terminal.answer(
				{ tempo, confidence, beats, downbeats, downbeatConfidence },
				[
					`${verdict}, confidence ${confidence.toFixed(2)}, ${counted(beats.length, 'beat')}`,
					beats.map(beat => beat.toFixed(2)).join(' '),
				].join('\n'),
			);
		});

	addFeaturesCommand(program, world);
};

const analyseTrack = (context: Context, track: string) =>
	reading(context, engine => engine.trackAnalysis(resolve(track), context.signal));

const inWords = ({ sections, key, drop, phrase, ending, loops, vocals }: TrackDescription): string => {
	const rows = sections.map(({ start, end, label, labelConfidence, energy, energyConfidence }) => [
		`${clockTime(start)} – ${clockTime(end)}`,
		label,
		labelConfidence.toFixed(2),
		energy.padEnd(4),
		energyConfidence.toFixed(2),
	]);
	const spanned = ({ start, end }: { start: number; end: number }) => `${clockTime(start)} – ${clockTime(end)}`;
	const facts = [
		...fact('key', key, ({ name }) => name),
		...fact('phrases', phrase, ({ bars, start }) => `${bars} bars from ${clockTime(start)}`),
		...fact('drop', drop, ({ at, rise }) => `${clockTime(at)}, up ${rise.toFixed(1)} dB`),
		...fact('ending', ending, ({ kind, at }) => `${kind} at ${clockTime(at)}`),
		...loops.flatMap(loop => fact('loop', loop, ({ bars }) => `${spanned(loop)}, ${counted(bars, 'bar')}`)),
		...vocals.flatMap(sung => fact('vocals', sung, spanned)),
	];
	return [table(rows), ...(facts.length === 0 ? [] : ['', table(facts)])].join('\n');
};

const fact = <Found extends { readonly confidence: number }>(
	name: string,
	found: Found | null,
	inWords: (found: Found) => string,
): string[][] => (found === null ? [] : [[name, inWords(found), found.confidence.toFixed(2)]]);
