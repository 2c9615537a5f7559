import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { EngineError } from '../../../protocol/errors.js';
import type { CutView } from '../../../protocol/messages.js';
import { parseTime } from '../../../time/timecode.js';
import { reading } from '../access.js';
import { contextOf, type World } from '../command-context.js';
import { clockTime } from '../words.js';
import { openCut } from './shots.js';

type Options = {
	readonly from: string;
	readonly to?: string;
	readonly at: string;
	readonly audioTrack?: string;
	readonly as?: 'edit' | 'mix' | 'wav';
};

export const addPlaceCommand = (program: Command, world: World): void => {
	program
		.command('place')
		.argument('<cut>', 'the edited video, or its timeline: .otio, .fcpxml, FCP 7 .xml, .edl')
		.argument('<song>', 'a music file')
		.description('Lay a piece of music under a cut, in a copy of its timeline or a rendered video.')
		.option('--from <time>', 'where in the song it begins', '0')
		.option('--to <time>', 'where in the song it ends (default: with the cut, or the song)')
		.option('--at <time>', 'where in the cut it begins', '0')
		.option('--audio-track <name>', 'a track that is free there, or a new one of that name (default: a new one)')
		.addOption(new Option('--as <what>', 'what is written').choices(['edit', 'mix', 'wav']))
		.addHelpText(
			'after',
			`
Of a timeline a copy is written beside it, 'NAME (Segue)', in the same format; further music goes into the same copy. A
video is rendered with the music, 'NAME (Segue mix)'; where somebody speaks its own sound stays, else the music takes its
place. --as wav writes only the piece of music. Nothing is overwritten, and what is reported was read back.

Times are those of 'segue suggest', whose crop and range are what --from, --to and --at take.

Examples:
  segue place scene.otio song.flac --from 41.2 --to 1:30.5
  segue place scene.otio song.flac --at 00:00:12:00 --audio-track "Music 2"
  segue place trailer.mp4 song.flac --from 12 --as wav --json

With --json: {"host", "where", "track", "range": {"start", "end"}, "crop": {"start", "end"}, "file", "undoSteps"}, all times in seconds.`,
		)
		.action(async (path: string, song: string, options: Options, command: Command) => {
			const context = contextOf(world, command);
			const placed = await reading(context, async engine => {
				const cut = await openCut(engine, context, path);
				const [start, at] = [readTime('from', options.from, cut), readTime('at', options.at, cut)];
				const end = options.to === undefined ? start + cut.duration - at : readTime('to', options.to, cut);
				return engine.ask(
					'place',
					{
						cut: cut.id,
						music: { path: resolve(song) },
						crop: { start, end },
						at,
						audioTrack: options.audioTrack ?? null,
						...(options.as && { as: options.as }),
					},
					undefined,
					context.signal,
				);
			});
			const { range, crop, where, track } = placed;
			context.terminal.answer(
				placed,
				[
					`${clockTime(crop.start)} – ${clockTime(crop.end)} of the song lies under ${clockTime(range.start)} – ${clockTime(range.end)} of the cut${track === null ? '' : `, on track ${track}`}; read back.`,
					where,
				].join('\n'),
			);
		});
};

const readTime = (name: string, text: string, cut: CutView): number => {
	const time = parseTime(text, cut.rate);
	if (time === null) throw new EngineError('bad-request', `--${name} ${text} is no time`);
	return time;
};
