import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { poolOverSpans } from '../../../embeddings/pool.js';
import {
	HANDCRAFTED_RATE,
	HANDCRAFTED_ROWS,
	handcraftedRows,
	handcraftedSummary,
} from '../../../features/audio/handcrafted.js';
import { spectralKernel } from '../../kernels.js';
import { ffmpegMedia } from '../../media/media.js';
import { handcraftedChart, taggerChart } from '../../plots/features-chart.js';
import { requirePlotName, writePlot } from '../../plots/write-plot.js';
import { readSamples } from '../../track-signal.js';
import { reading } from '../access.js';
import { type Context, contextOf, type World } from '../command-context.js';
import { table } from '../words.js';

type Options = { readonly set: 'handcrafted' | 'clip'; readonly plot?: string };

/** The vectors that the paper's baselines compare whole clips by. */
export const addFeaturesCommand = (program: Command, world: World): void => {
	program
		.command('features')
		.argument('<track>', 'any sound file ffmpeg reads')
		.description('Print the features of a whole piece of music that the paper’s two baselines use.')
		.addOption(new Option('--set <name>', 'which of the two').choices(['handcrafted', 'clip']).default('handcrafted'))
		.option('--plot <file>', 'draw what they sum up into a .png or .svg file')
		.addHelpText(
			'after',
			`
handcrafted: 1,140 values of the central 29.12 s (baseline 1). 380 curves in dB, 190 of the harmonic and 190 of the
percussive part: all their means, then all their variances, then all their maxima.
clip: 400 values, the taggers' features averaged over the whole track (baseline 2; the paper's own tagger gives 128).

Examples:
  segue features song.mp3 --set handcrafted
  segue features song.mp3 --set clip --json | jq '.values | length'

With --json: {"set", "values": [numbers], "rows": [{"name", "count"}: the curves of one part, in order]}`,
		)
		.action(async (track: string, { set, plot }: Options, command: Command) => {
			if (plot !== undefined) requirePlotName(plot);
			const context = contextOf(world, command);
			await (set === 'handcrafted' ? answerHandcrafted(context, track, plot) : answerClip(context, track, plot));
		});
};

const answerHandcrafted = async (context: Context, track: string, plot: string | undefined): Promise<void> => {
	const samples = await readSamples(ffmpegMedia(), resolve(track), HANDCRAFTED_RATE, context.signal);
	// As the published extractor lays out its mel filters.
	const curves = handcraftedRows(samples, 22_050, spectralKernel());
	if (plot !== undefined) await writePlot(handcraftedChart(basename(track), curves), plot);
	const values = handcraftedSummary(curves);
	const mean = (part: Float32Array) => part.reduce((sum, value) => sum + value, 0) / part.length;
	let first = 0;
	const rows = HANDCRAFTED_ROWS.map(({ name, count }) => {
		const columns = [0, 1].flatMap(part =>
			[0, 1, 2].map(statistic => {
				const from = 380 * statistic + 190 * part + first;
				return mean(values.subarray(from, from + count))
					.toFixed(1)
					.padStart(8);
			}),
		);
		first += count;
		return [name, String(count).padStart(3), ...columns];
	});
	context.terminal.answer(
		{ set: 'handcrafted', values: [...values], rows: HANDCRAFTED_ROWS },
		[
			table([
				['means of', '', 'harmonic mean', 'variance', 'maximum', 'percussive mean', 'variance', 'maximum'],
				...rows,
			]),
			'1,140 values, dB; --json gives all of them.',
		].join('\n'),
	);
};

const answerClip = async (context: Context, track: string, plot: string | undefined): Promise<void> => {
	const { features, duration } = await reading(context, engine => engine.trackAnalysis(resolve(track), context.signal));
	if (plot !== undefined) await writePlot(taggerChart(basename(track), features, duration), plot);
	const { data: values } = poolOverSpans(features, [{ start: 0, end: duration }]);
	context.terminal.answer(
		{ set: 'clip', values: [...values], rows: [{ name: 'tagger features', count: values.length }] },
		[...values].map(value => value.toFixed(3)).join(' '),
	);
};
