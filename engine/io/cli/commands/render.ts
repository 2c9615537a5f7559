import { copyFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EngineError } from '../../../protocol/errors.js';
import { endingChoices, type Suggestion } from '../../../protocol/messages.js';
import { reading } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { clockTime, counted } from '../words.js';
import { openCut } from './shots.js';
import { rangeOf } from './suggest.js';
import { trackNamed } from './wishes.js';

type Options = {
	readonly in?: string;
	readonly out?: string;
	readonly song?: string;
	readonly ending: (typeof endingChoices)[number];
	readonly recut?: boolean;
	readonly drop?: string;
	readonly loudness?: number;
	readonly duck?: boolean;
};

/** Writes the music of a suggestion as a file, exactly as long as the range. */
export const addRenderCommand = (program: Command, world: World): void => {
	program
		.command('render')
		.argument('<cut>', 'the edited video, or its timeline')
		.argument('<file>', 'what to write: .wav or .flac')
		.description('Write the music for a cut as a sound file, exactly as long as the range.')
		.option('--in <time>', 'start of the range in the cut (default: its start)')
		.option('--out <time>', 'end of the range in the cut (default: its end)')
		.option('--song <name>', 'a track of the catalogue, by path or words (default: the best one)')
		.addOption(new Option('--ending <which>', 'how it ends').choices(endingChoices).default('natural'))
		.option('--recut', 're-cut the song at bar lines so that it follows the cut')
		.option('--drop <time>', 'the second of the cut on which the song’s drop falls; re-cuts it')
		.option('--loudness <lufs>', 'bring it to this integrated loudness, as far as its peaks allow', readLoudness)
		.option('--duck', 'step back where the cut has speech')
		.addHelpText(
			'after',
			`
What is written is what the page plays, sample for sample, in 24 bits at the rate of the song's own file.

Examples:
  segue render trailer.mp4 music.wav
  segue render trailer.mp4 music.flac --song "Night Ride" --recut --ending button
  segue render trailer.mp4 music.wav --in 10 --out 40 --loudness -23 --duck

With --json: {"file", "samples", "sampleRate", "channels", "gain", "loudness", "clips", "suggestion": as in
"segue suggest --json"}`,
		)
		.action(async (path: string, file: string, options: Options, command: Command) => {
			const context = contextOf(world, command);
			const format = formatOf(file);
			const { rendered, suggestion } = await reading(context, async engine => {
				const cut = await openCut(engine, context, path);
				const range = rangeOf(cut, options);
				const wanted = { cut: cut.id, ...(range && { range }) };
				const song = options.song === undefined ? null : await trackNamed(engine, options.song);
				const { suggestions } = await engine.ask(
					'suggest',
					{
						...wanted,
						top: 1,
						...(song === null ? { vocals: 'auto' } : { vocals: 'any', filter: { tracks: [song] } }),
					},
					undefined,
					context.signal,
				);
				const [chosen] = suggestions;
				if (!chosen) throw new EngineError('not-found', 'no song in the catalogue fits this cut');
				const suggestion = await refined(engine, wanted, chosen, options);
				const { loudness = null, duck = false } = options;
				const rendered = await engine.ask(
					'crop.render',
					{ ...wanted, track: suggestion.track.id, plan: suggestion.plan, format, loudness, duck },
					undefined,
					context.signal,
				);
				return { rendered, suggestion };
			});
			await copyFile(rendered.path, resolve(file)).catch(cause => {
				throw new EngineError('bad-request', `${file} cannot be written`, { cause });
			});
			const { track, plan } = suggestion;
			const { samples, sampleRate, channels, gain, loudness, clips } = rendered;
			context.terminal.answer(
				{ file, samples, sampleRate, channels, gain, loudness, clips, suggestion },
				[
					`${track.title}${track.artist === null ? '' : ` — ${track.artist}`}: ${counted(plan.pieces.length, 'piece')}, ends with: ${plan.ending.kind}`,
					...plan.joins.map(
						({ at, audibility }) => `  a join at ${clockTime(at)}, heard ${audibility.toFixed(2)} of 1`,
					),
					`${file}: ${samples} samples at ${sampleRate} Hz${loudness === null ? '' : `, ${loudness.toFixed(1)} LUFS`}`,
				].join('\n'),
			);
		});
};

type Engine = Parameters<Parameters<typeof reading>[1]>[0];

/** The suggestion with what the options change. */
const refined = async (
	engine: Engine,
	wanted: { readonly cut: string; readonly range?: { start: number; end: number } },
	{ track, choice, basis, alternatives }: Suggestion,
	{ ending, recut, drop }: Options,
): Promise<Suggestion> => {
	const form = recut || drop !== undefined ? 'recut' : 'straight';
	const change =
		drop === undefined
			? ({ kind: 'form', form } as const)
			: ({ kind: 'lock', cut: readDrop(drop), song: 'drop' } as const);
	const { suggestion } = await engine.ask('crop.refine', {
		...wanted,
		track: track.id,
		choice: { ...choice, ending, form },
		basis,
		alternatives,
		change,
	});
	return suggestion;
};

const readDrop = (text: string): number => {
	const seconds = Number(text);
	if (!(seconds >= 0)) throw new EngineError('bad-request', `--drop ${text} is no second of the cut`);
	return seconds;
};

const readLoudness = (text: string): number => {
	const loudness = Number(text);
	if (!(loudness >= -60 && loudness <= 0)) throw new InvalidArgumentError('It is in LUFS, -60 to 0.');
	return loudness;
};

const formatOf = (file: string): 'wav' | 'flac' => {
	const ending = extname(file).toLowerCase();
	if (ending === '.wav') return 'wav';
	if (ending === '.flac') return 'flac';
	throw new EngineError('bad-request', `${file} is neither .wav nor .flac`);
};
